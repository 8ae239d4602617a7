import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanEntry } from '../../../../plugin/bundle/clean.ts'
import { createRedactor } from '../../../../plugin/bundle/redact/redactor.ts'
import type { Report } from '../../../../plugin/engine/report.ts'
import { analyzeEntries, bundlesAtHand, entriesOf } from '../../../support/bundles-at-hand.ts'

const paths = bundlesAtHand()

/** What was found about whom, in an order that does not depend on names. */
const essence = ({ findings, rootCauses, checks }: Report) => ({
  findings: findings
    .map(({ code, severity, confidence, id, explains }) =>
      [code, severity, confidence, id, [...explains].sort()].join(' '),
    )
    .sort(),
  rootCauses: rootCauses.map(({ id }) => id).sort(),
  notRun: checks.notRun.map(({ code, nodes }) => [code, ...[...nodes].sort()].join(' ')).sort(),
  crashed: checks.crashed,
})

/** Analysis of the redacted bundle, and the redacted analysis of the bundle. */
async function compare(path: string, key: string) {
  const entries = (await entriesOf(path)).map(cleanEntry)
  const redactor = createRedactor({ kinds: ['addresses', 'names'], key })
  for (const entry of entries) redactor.learn(entry)
  const report = Buffer.from(JSON.stringify(await analyzeEntries(entries)))
  const renamed: Report = JSON.parse(
    Buffer.from(redactor.rewrite({ path: 'report.json', bytes: report }).bytes).toString(),
  )
  const analyzed = await analyzeEntries(entries.map(redactor.rewrite))
  return { renamed: essence(renamed), analyzed: essence(analyzed) }
}

test('checks find in a redacted bundle what they found in it before, under its other names', {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(fc.constantFrom(...paths), fc.string(), async (path, key) => {
    const { renamed, analyzed } = await compare(path, key)
    expect(analyzed, path).toEqual(renamed)
  })
  await fc.assert(property, { numRuns: 4 })
})

// Takes minutes: NETCHECK_BUNDLES=all npx vitest run --config test/vitest.config.ts redact/bundles
test.each(process.env.NETCHECK_BUNDLES === 'all' ? paths : [])('the same for %s', { timeout: 60_000 }, async path => {
  const { renamed, analyzed } = await compare(path, `${Math.random()}`)
  expect(analyzed).toEqual(renamed)
})
