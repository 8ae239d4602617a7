import { expect, test } from 'vitest'
import { chooseTargets } from '../../../plugin/agents/targets.ts'
import type { ApiNode } from '../../../plugin/cluster/nodes.ts'
import { apiNode } from '../../support/api-objects.ts'

const node = (name: string, changes: Partial<ApiNode> = {}): ApiNode =>
  apiNode({ name, conditions: [ready('True')], ...changes })

const ready = (status: 'True' | 'False' | 'Unknown', message = '') => ({
  type: 'Ready',
  status,
  reason: '',
  message,
  since: '2026-01-01T00:00:00Z',
})

test('Linux nodes get an agent, in the order of their names', () => {
  expect(chooseTargets([node('b'), node('a')])).toEqual({
    targets: [
      { name: 'a', doubt: null },
      { name: 'b', doubt: null },
    ],
    skipped: [],
  })
})

test.each([
  [{ os: 'windows' }, 'a windows node: agents run on Linux only'],
  [{ labels: { type: 'virtual-kubelet' } }, 'a virtual node: it has no host to look at'],
  [{ labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }, 'a Fargate node: it has no host to look at'],
])('a node with %j is skipped with the reason', (changes, why) => {
  expect(chooseTargets([node('a'), node('x', changes)]).skipped).toEqual([{ name: 'x', why }])
})

test.each([
  [
    'a silent kubelet',
    { conditions: [ready('Unknown', 'Kubelet stopped posting node status.')] },
    'NotReady since 2026-01-01T00:00:00Z: Kubelet stopped posting node status.',
  ],
  ['a kubelet that never spoke', { conditions: [] }, 'NotReady: its kubelet has never reported'],
  ['a kubelet that says what is wrong', { conditions: [ready('False', 'cni plugin not initialized')] }, null],
])('%s leaves the doubt %j', (_name, changes, doubt) => {
  expect(chooseTargets([node('a', changes)]).targets).toEqual([{ name: 'a', doubt }])
})

test('no Linux node at all is an error that says why', () => {
  expect(() => chooseTargets([node('win', { os: 'windows' })])).toThrow(
    expect.objectContaining({
      code: 'NO_NODES',
      message: 'no node can be read: win: a windows node: agents run on Linux only',
    }),
  )
  expect(() => chooseTargets([])).toThrow('no node can be read: the cluster has none')
})
