import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readEntries } from '../../plugin/bundle/entries.ts'
import type { BundleEntry } from '../../plugin/bundle/entry.ts'
import { replaySnapshot } from '../../plugin/bundle/replay.ts'
import type { BundleSource } from '../../plugin/bundle/source.ts'
import { everything, judge } from '../../plugin/cli/judge.ts'
import type { Report } from '../../plugin/engine/report.ts'
import { checks } from '../../plugin/gen/checks.ts'
import { foldersOf } from './bundle-folders.ts'

const folders = ['test/bundles', 'test/bundles/incidents', '../shared/incidents', '../shared/recordings']

/** Paths of all bundles that are there: those of the repository, and recordings beside it where somebody has put some. */
export const bundlesAtHand = (): readonly string[] =>
  folders
    .map(folder => fileURLToPath(new URL(`../../${folder}`, import.meta.url)))
    .filter(folder => existsSync(folder))
    .flatMap(folder =>
      readdirSync(folder)
        .sort()
        .map(name => join(folder, name)),
    )
    .filter(path => path.endsWith('.tar.gz') || existsSync(join(path, 'bundle.json')))

/** All files of a bundle. */
export async function entriesOf(path: string): Promise<readonly BundleEntry[]> {
  const entries: BundleEntry[] = []
  for await (const entry of readEntries(path)) entries.push(entry)
  return entries
}

/** What all checks say of a bundle that consists of these files. */
export async function analyzeEntries(entries: readonly BundleEntry[]): Promise<Report> {
  const snapshot = await replaySnapshot(sourceOf(entries))
  return judge(snapshot, { checks, shown: [], filter: everything })
}

function sourceOf(entries: readonly BundleEntry[]): BundleSource {
  const files = new Map(entries.map(({ path, bytes }) => [path, bytes]))
  const below = foldersOf(files.keys())
  return {
    read: async path => files.get(path) ?? null,
    list: async path => below.get(path.replace(/\/$/, '')) ?? null,
  }
}
