import { expect, test } from 'vitest'
import { clusterCheck, found, nodeCheck, passed } from '../../../plugin/engine/check.ts'
import { runChecks } from '../../../plugin/engine/run.ts'
import { unavailable } from '../../../shared/reading.ts'
import { snapshot } from '../../support/snapshot.ts'

const meta = { code: 'TST001', severity: 'warning', title: 'Something odd', explains: [] } as const
const draft = { message: 'odd', evidence: [], danger: 'none', remedies: [] }
const silent = nodeCheck({
  ...meta,
  needs: [],
  wants: ['links', 'routes'],
  wantsCluster: ['events'],
  decisive: ['links', 'events'],
  run: () => passed,
})
const survey = clusterCheck({
  ...meta,
  wants: ['links', 'routes'],
  wantsCluster: ['events'],
  decisive: ['links', 'events'],
  run: ({ nodes }) => (nodes.has('odd') ? found({ ...draft, subject: { kind: 'Node', name: 'odd' } }) : passed),
})

const links = { links: [], hasAddresses: true }
const failed = unavailable('failed', 'it broke')
const absent = unavailable('missing', 'it is not there')

test('a node is not called healthy where a decisive input was not read', () => {
  const given = snapshot({ cluster: { events: [] }, nodes: { a: { links }, b: { links: failed } } })
  const { checks } = runChecks(given, [silent])
  expect(checks.notRun).toEqual([{ code: 'TST001', why: 'links not read: it broke', nodes: ['b'] }])
  expect(checks.run).toBe(1)
})

test('neither an absent input nor an unread hint leaves anything open', () => {
  const given = snapshot({ cluster: { events: [] }, nodes: { a: { links: absent, routes: failed } } })
  for (const check of [silent, survey]) expect(runChecks(given, [check]).checks.notRun).toEqual([])
})

test('an unread list of the API leaves every node open', () => {
  const given = snapshot({ cluster: { events: failed }, nodes: { a: { links }, b: { links } } })
  const why = 'events not read: it broke'
  expect(runChecks(given, [silent]).checks.notRun).toEqual([{ code: 'TST001', why, nodes: ['a', 'b'] }])
  expect(runChecks(given, [survey]).checks.notRun).toEqual([{ code: 'TST001', why, nodes: [] }])
})

test('what was found on some nodes stands beside the nodes that are open', () => {
  const given = snapshot({ cluster: { events: [] }, nodes: { odd: { links }, b: { links: failed } } })
  const { findings, checks } = runChecks(given, [survey])
  expect(findings.map(({ subject }) => subject.name)).toEqual(['odd'])
  expect(checks.notRun).toEqual([{ code: 'TST001', why: 'links not read: it broke', nodes: ['b'] }])
})
