import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { replaySnapshot } from '../../../plugin/bundle/replay.ts'
import { openBundle } from '../../../plugin/bundle/source.ts'
import { everything, judge } from '../../../plugin/cli/judge.ts'
import type { Report } from '../../../plugin/engine/report.ts'
import { checks } from '../../../plugin/gen/checks.ts'
import { recordAgain } from '../../support/record-again.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folderOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Bundles in a folder: archives, and folders with a bundle.json. */
function bundlesIn(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : []
  const paths = names.map(name => `${folder}/${name}`)
  return paths.filter(path => path.endsWith('.tar.gz') || existsSync(`${path}/bundle.json`))
}

async function reportOf(path: string): Promise<Report> {
  const snapshot = await replaySnapshot(await openBundle(path))
  return judge(snapshot, { checks, shown: [], filter: everything })
}

/** A recorder keeps refusals as reasons, whose words may be shorter or longer. */
const withoutWords = (report: Report) => ({
  ...report,
  checks: { ...report.checks, notRun: report.checks.notRun.map(({ code, nodes }) => `${code} ${nodes}`).sort() },
})

/** Of folders that were written by hand nobody knows whether they are complete; recorded, they are. */
const isByHand = (path: string): boolean => path.endsWith('/by-hand')

const plain = bundlesIn(folderOf('../../bundles'))
const incidents = bundlesIn(folderOf('../../bundles/incidents'))
const others = ['recordings', 'incidents'].map(name => folderOf(`../../../../shared/${name}`)).flatMap(bundlesIn)
/** All of them take minutes; of many of one kind some are enough for every day. */
const isAsked = process.env.NETCHECK_ALL_BUNDLES === '1'
const paths = isAsked ? [...plain, ...incidents, ...others] : [...plain, ...incidents.filter((_, at) => at % 5 === 0)]

test('there are bundles to record again', () => expect(paths.length).toBeGreaterThan(10))

test.each(paths)('%s recorded again says the same', { timeout: 60_000 }, async path => {
  const source = await openBundle(path)
  const again = await recordAgain(source, { folder: await temporaryFolder() })
  const [before, after] = [await reportOf(path), await reportOf(again)]
  expect(after.findings).toEqual(before.findings)
  expect(after.rootCauses).toEqual(before.rootCauses)
  if (!isByHand(path)) expect(withoutWords(after)).toEqual(withoutWords(before))
})
