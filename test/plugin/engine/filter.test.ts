import { expect, test } from 'vitest'
import { type AnyCheck, nodeCheck, passed } from '../../../plugin/engine/check.ts'
import { chooseChecks, nodeChecks, withCauses } from '../../../plugin/engine/choose-checks.ts'
import { filterReport } from '../../../plugin/engine/filter.ts'
import { reportSchema } from '../../../plugin/engine/report.ts'
import { checks } from '../../../plugin/gen/checks.ts'

const check = (code: string, ...explains: string[]): AnyCheck =>
  nodeCheck({ code, severity: 'error', title: code, explains, needs: [], run: () => passed })
const codes = (checks: readonly AnyCheck[]) => checks.map(({ code }) => code)
const all = [check('CNI001', 'POD001'), check('CNI003'), check('POD001', 'SVC002'), check('SVC002')]

test('checks are chosen by code and by area, and left out the same way', () => {
  expect(codes(chooseChecks(all, { only: ['CNI', 'SVC002'], skip: [] }))).toEqual(['CNI001', 'CNI003', 'SVC002'])
  expect(codes(chooseChecks(all, { only: [], skip: ['CNI'] }))).toEqual(['POD001', 'SVC002'])
  expect(codes(chooseChecks(all, { only: ['CNI'], skip: ['CNI001'] }))).toEqual(['CNI003'])
})

test('what may be the cause of a wanted check comes with it, through any number of steps', () => {
  expect(codes(withCauses(all, ({ code }) => code === 'SVC002'))).toEqual(['CNI001', 'POD001', 'SVC002'])
})

test('the node view runs checks of nodes that read nothing slow', () => {
  const slow = nodeCheck({
    code: 'PRX005',
    severity: 'error',
    title: '',
    explains: [],
    needs: ['iptables'],
    run: () => passed,
  })
  expect(codes(nodeChecks([...all, slow, check('PRX001')]))).toEqual(['CNI001', 'CNI003', 'PRX001'])
})

test('the node view runs what tells enough without logs, and lets it know that they were not read', () => {
  let seen: unknown
  const missing = nodeCheck({
    code: 'CNI003',
    severity: 'error',
    title: '',
    explains: [],
    needs: [],
    wants: ['runtime', 'hostLogs'],
    run: ({ maybe }) => {
      seen = maybe.hostLogs
      return passed
    },
  })
  const [chosen] = nodeChecks([missing])
  expect(chosen?.wants).toEqual(['runtime'])
  expect(chosen?.run({ maybe: {} })).toEqual(passed)
  expect(seen).toMatchObject({ status: 'unavailable', detail: expect.stringContaining('nodes reads no logs') })
  expect(codes(nodeChecks(checks))).toContain('CNI003')
})

const finding = (id: string, severity: 'error' | 'warning' | 'info', ...explains: string[]) => ({
  id,
  code: id,
  severity,
  confidence: 'certain',
  subject: { kind: 'Cluster', name: 'cluster' },
  message: id,
  evidence: [],
  danger: '',
  remedies: [],
  verify: '',
  explains,
})

test('a cause stays with the symptom that is wanted, and does not speak of what is gone', () => {
  const findings = [
    finding('A', 'warning', 'B', 'C'),
    finding('B', 'error'),
    finding('C', 'error'),
    finding('D', 'error'),
  ]
  const report = reportSchema.parse({
    schema: 1,
    cluster: { version: null },
    takenAt: '',
    findings,
    rootCauses: [findings[0], findings[3]],
    coverage: { nodes: 0, read: 0, notRead: [] },
    checks: { run: 0, notApplicable: [], notRun: [], crashed: [] },
  })
  const filtered = filterReport(report, { severity: 'error', isWanted: ({ id }) => id === 'B' })
  expect(filtered.findings.map(({ id }) => id)).toEqual(['A', 'B'])
  expect(filtered.rootCauses).toMatchObject([{ id: 'A', explains: ['B'] }])
})

test('findings below the wanted severity are left out', () => {
  const findings = [finding('A', 'error'), finding('B', 'info')]
  const report = reportSchema.parse({
    schema: 1,
    cluster: { version: null },
    takenAt: '',
    findings,
    rootCauses: [findings[0]],
    coverage: { nodes: 0, read: 0, notRead: [] },
    checks: { run: 0, notApplicable: [], notRun: [], crashed: [] },
  })
  expect(filterReport(report, { severity: 'warning', isWanted: () => true }).findings).toHaveLength(1)
})
