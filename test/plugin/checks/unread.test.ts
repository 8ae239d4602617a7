import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { replaySnapshot } from '../../../plugin/bundle/replay.ts'
import { openBundle } from '../../../plugin/bundle/source.ts'
import { checks } from '../../../plugin/gen/checks.ts'
import { allHints, hintsOf } from '../../support/hints.ts'
import { hiddenWithout, passesWithout } from '../../support/unread.ts'

const wantedBy = new Map<string, readonly string[]>(
  checks.map(({ code, wants, wantsCluster }) => [code, [...wants, ...wantsCluster]]),
)

test.each(checks)('$code decides by inputs that it wants', ({ code, decisive }) => {
  expect(decisive.filter(input => !wantedBy.get(code)?.includes(input))).toEqual([])
})

test('a hint is wanted, does not decide, and is named once', () => {
  const decisive = new Map(checks.map(({ code, decisive }) => [code, decisive as readonly string[]]))
  for (const { code, input } of allHints) {
    expect(wantedBy.get(code), code).toContain(input)
    expect(decisive.get(code), code).not.toContain(input)
  }
  const names = allHints.map(({ code, input }) => `${code} ${input}`)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

/** Whole clusters, so that inputs meet which no case of one check has. */
const bundles = ['healthy-bridge', 'healthy-calico', 'healthy-cilium', 'c06-hobby-kube-71', 'c20-k3s-11690']

describe.each(bundles)('%s', name => {
  const path = fileURLToPath(new URL(`../../bundles/incidents/${name}.tar.gz`, import.meta.url))

  test('no check calls healthy what an unread input may hold', async () => {
    const given = await replaySnapshot(await openBundle(path))
    const silent = checks.flatMap(check =>
      [...hiddenWithout(check, given), ...passesWithout(check, given)]
        .filter(input => !hintsOf(check.code).includes(input))
        .map(input => `${check.code} ${input}`),
    )
    expect(silent).toEqual([])
  }, 60_000)
})
