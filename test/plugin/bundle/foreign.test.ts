import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openBundle } from '../../../plugin/bundle/source.ts'
import { analyzeBundle } from '../../../plugin/cli/analyze-bundle.ts'

const bundle = (name: string): string => fileURLToPath(new URL(`../../bundles/foreign/${name}`, import.meta.url))

const kinds = [
  {
    kind: 'cluster-info',
    root: 'DNS003',
    note: /^read as a kubectl cluster-info dump: API state only, .*2 namespaces/,
  },
  { kind: 'troubleshoot', root: 'POD001', note: /^read as a Troubleshoot support bundle: API state only/ },
  { kind: 'must-gather', root: 'NOD001', note: /^read as a must-gather: API state only/ },
]

test.each(kinds)(
  'a dump of another tool names the cause first, and what it is: $kind',
  async ({ kind, root, note }) => {
    const { snapshot, report } = await analyzeBundle(bundle(`${kind}-fault`))
    expect(report.rootCauses[0]?.code).toBe(root)
    expect((await openBundle(bundle(`${kind}-fault`))).notes).toEqual([expect.stringMatching(note)])
    expect(snapshot.nodes.map(({ status }) => status)).toEqual(['not-read', 'not-read'])
    expect(report.checks.notRun.length).toBeGreaterThan(50)
  },
)

test.each(kinds)('a healthy one is silent, and not all was looked at: $kind', async ({ kind }) => {
  const { report } = await analyzeBundle(bundle(`${kind}-healthy`))
  expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  expect(report.checks.notRun.length).toBeGreaterThan(50)
})

test('what kubectl prints gives the findings of what it writes into a folder', async () => {
  for (const state of ['fault', 'healthy']) {
    const [printed, written] = await Promise.all([
      analyzeBundle(bundle(`cluster-info-text-${state}.txt`)),
      analyzeBundle(bundle(`cluster-info-${state}`)),
    ])
    expect(printed.report.findings).toEqual(written.report.findings)
  }
})
