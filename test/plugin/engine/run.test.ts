import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import {
  type AnyCheck,
  clusterCheck,
  found,
  foundAmong,
  nodeCheck,
  notApplicable,
  notRun,
  passed,
} from '../../../plugin/engine/check.ts'
import { exitCodeOf } from '../../../plugin/engine/exit-code.ts'
import { runChecks } from '../../../plugin/engine/run.ts'
import type { Snapshot } from '../../../plugin/engine/snapshot.ts'
import { nodeParts } from '../../../shared/collect-node.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import type { NodeSnapshot } from '../../../shared/snapshot.ts'
import { pod } from '../../support/api-objects.ts'
import { snapshot as built } from '../../support/snapshot.ts'

const modules = (state: 'present' | 'absent') => ({ ...ok({ states: { br_netfilter: state } }), ms: 1 })

const read = (name: string, state: 'present' | 'absent'): NodeSnapshot => ({
  name,
  status: 'read',
  parts: nodeParts({ modules: modules(state) }),
})

const unasked = { ...unavailable('denied', 'pods is forbidden'), ms: 0 }

const snapshot = (...nodes: NodeSnapshot[]): Snapshot => ({
  takenAt: '2026-01-01T00:00:00Z',
  version: ok('v1.36.0'),
  cluster: {
    ...built({}).cluster,
    componentLogs: unasked,
    daemonSets: unasked,
    endpointSlices: unasked,
    events: unasked,
    nodes: { ...ok([]), ms: 0 },
    pods: unasked,
  },
  nodes,
})

const meta = { code: 'TST001', severity: 'error', title: 'Test', explains: [] } as const
const draft = { message: 'm', evidence: [{ at: 'x', observed: 'y' }], danger: '', remedies: [] }

const absence = nodeCheck({
  ...meta,
  needs: ['modules'],
  run: ({ parts }) => (parts.modules.states.br_netfilter === 'absent' ? found(draft) : passed),
})

test('a node check judges each node that was read and names it', () => {
  const report = runChecks(snapshot(read('n1', 'absent'), read('n2', 'present')), [absence])
  expect(report.findings.map(({ id }) => id)).toEqual(['TST001/node/n1'])
  expect(report.findings[0]?.verify).toContain('n1')
  expect(report.checks).toEqual({ run: 1, notApplicable: [], notRun: [], crashed: [] })
  expect(exitCodeOf(report, 'error')).toBe(1)
  expect(exitCodeOf(report, 'never')).toBe(0)
})

test('a check whose input is unread is not run, with the reason and the node', () => {
  const report = runChecks(snapshot({ name: 'n1', status: 'read', parts: nodeParts({}) }), [absence])
  expect(report.findings).toEqual([])
  expect(report.checks.notRun).toEqual([
    { code: 'TST001', why: 'modules not read: this part was not asked for', nodes: ['n1'] },
  ])
  expect(exitCodeOf(report, 'error')).toBe(3)
})

test('a part that is missing on a node reaches a check only if it wants it', () => {
  const wanting = nodeCheck({
    ...meta,
    needs: [],
    wants: ['modules'],
    run: ({ maybe }) => (maybe.modules.status === 'ok' ? passed : notRun('no modules')),
  })
  const report = runChecks(snapshot({ name: 'n1', status: 'read', parts: nodeParts({}) }), [wanting])
  expect(report.checks.notRun).toEqual([{ code: 'TST001', why: 'no modules', nodes: ['n1'] }])
})

test('a check sees nothing that it did not declare', () => {
  const seen: string[][] = []
  const nosy = nodeCheck({
    ...meta,
    needs: ['modules'],
    run: input => {
      seen.push(Object.keys(input.parts), Object.keys(input.maybe), Object.keys(input.cluster))
      return passed
    },
  })
  runChecks(snapshot(read('n1', 'present')), [nosy])
  expect(seen).toEqual([['modules'], [], []])
})

test('a check that throws is reported as crashed and spoils nothing', () => {
  const crashing: AnyCheck = nodeCheck({
    ...meta,
    code: 'TST002',
    needs: [],
    run: () => {
      throw new Error('boom')
    },
  })
  const report = runChecks(snapshot(read('n1', 'absent')), [crashing, absence])
  expect(report.checks.crashed).toEqual([{ code: 'TST002', why: 'boom', nodes: ['n1'] }])
  expect(report.findings).toHaveLength(1)
  expect(exitCodeOf(runChecks(snapshot(read('n1', 'present')), [crashing]), 'error')).toBe(3)
})

test('a cluster check whose part the API refused is not run', () => {
  const podCheck = clusterCheck({ ...meta, cluster: ['pods'], run: () => passed })
  const report = runChecks(snapshot(read('n1', 'present')), [podCheck])
  expect(report.checks.notRun).toEqual([{ code: 'TST001', why: 'pods not read: pods is forbidden', nodes: [] }])
})

test('a check that applies nowhere is counted as such and leaves the run complete', () => {
  const foreign = nodeCheck({ ...meta, needs: [], run: () => notApplicable('no bridge') })
  const report = runChecks(snapshot(read('n1', 'present')), [foreign])
  expect(report.checks).toEqual({ run: 0, notApplicable: ['TST001'], notRun: [], crashed: [] })
  expect(exitCodeOf(report, 'error')).toBe(0)
})

test('a node that was not read makes a clean run incomplete', () => {
  const report = runChecks(snapshot(read('n1', 'present'), { name: 'n2', status: 'not-read', why: 'evicted' }), [
    absence,
  ])
  expect(report.coverage).toEqual({ nodes: 2, read: 1, notRead: [{ node: 'n2', why: 'evicted' }] })
  expect(exitCodeOf(report, 'error')).toBe(3)
})

test('without any node that was read no node check counts as run', () => {
  const report = runChecks(snapshot({ name: 'n1', status: 'not-read', why: 'evicted' }), [absence])
  expect(report.checks.notRun).toEqual([{ code: 'TST001', why: 'no node was read: evicted', nodes: [] }])
})

test('a check of the cluster says of which nodes it could not judge', () => {
  const partly = clusterCheck({
    ...meta,
    cluster: [],
    run: () =>
      foundAmong([{ ...draft, subject: { kind: 'Node', name: 'n1' } }], [{ nodes: ['n2'], why: 'modules not read' }]),
  })
  const report = runChecks(snapshot(read('n1', 'present'), read('n2', 'present')), [partly])
  expect(report.findings.map(({ id }) => id)).toEqual(['TST001/node/n1'])
  expect(report.checks.notRun).toEqual([{ code: 'TST001', why: 'modules not read', nodes: ['n2'] }])
})

test('a node that gave nothing is judged by the API where that is enough, and is never healthy', () => {
  const byApi = nodeCheck({
    ...meta,
    needs: [],
    wants: ['modules'],
    run: ({ node }) => (node === 'n2' ? found(draft) : passed),
  })
  const lost = (name: string): NodeSnapshot => ({ name, status: 'not-read', why: 'evicted' })
  const report = runChecks(snapshot(lost('n1'), lost('n2')), [byApi])
  expect(report.findings.map(({ id }) => id)).toEqual(['TST001/node/n2'])
  expect(report.checks.notRun).toEqual([{ code: 'TST001', why: 'no node was read: evicted', nodes: [] }])
})

test('the order in which lists were read does not reach the report', () => {
  const pods = ['a', 'b', 'c', 'd'].map(name => pod({ name, labels: { name } }))
  const nodes = ['n1', 'n2', 'n3'].map(name => read(name, name === 'n2' ? 'present' : 'absent'))
  const lister = clusterCheck({
    ...meta,
    code: 'TST003',
    cluster: ['pods'],
    run: ({ cluster, nodes }) =>
      found({ ...draft, message: [...nodes.keys(), ...cluster.pods.map(({ name }) => name)].join(' ') }),
  })
  const given = (podList: Pod[], nodeList: NodeSnapshot[]): Snapshot => {
    const base = snapshot(...nodeList)
    return { ...base, cluster: { ...base.cluster, pods: { ...ok(podList), ms: 0 } } }
  }
  const expected = JSON.stringify(runChecks(given(pods, nodes), [absence, lister]))
  const shuffled = <T>(items: T[]) => fc.shuffledSubarray(items, { minLength: items.length })
  fc.assert(
    fc.property(shuffled(pods), shuffled(nodes), (podList, nodeList) => {
      expect(JSON.stringify(runChecks(given(podList, nodeList), [absence, lister]))).toBe(expected)
    }),
  )
})

test('the same snapshot gives the same bytes', () => {
  const nodes = [read('n1', 'absent'), read('n2', 'absent')]
  const text = () => JSON.stringify(runChecks(snapshot(...nodes), [absence]))
  expect(text()).toBe(text())
})

test('a run about some nodes leaves out findings about others, but not those about the cluster', () => {
  const everywhere = clusterCheck({
    ...meta,
    cluster: [],
    run: () => found({ ...draft, subject: { kind: 'Node', name: 'n2' } }, { ...draft, key: 'all' }),
  })
  const report = runChecks(snapshot(read('n1', 'present')), [everywhere], new Set(['n1']))
  expect(report.findings.map(({ id }) => id)).toEqual(['TST001/cluster/cluster/all'])
})
