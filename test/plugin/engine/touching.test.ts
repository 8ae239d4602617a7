import { expect, test } from 'vitest'
import { touchingIn } from '../../../plugin/engine/touching.ts'
import type { Subject } from '../../../shared/finding.ts'
import { pod, sliceOf } from '../../support/api-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const replicaSet = (name: string) => ({ kind: 'ReplicaSet', name })
const dnsSlice = {
  ...sliceOf('coredns-1'),
  endpoints: sliceOf('coredns-1').endpoints.map(endpoint => ({
    ...endpoint,
    node: 'node2',
    target: { kind: 'Pod', namespace: 'kube-system', name: 'coredns-1' },
  })),
}
const touches = touchingIn(
  snapshot({
    cluster: {
      pods: [
        pod({ name: 'web-1', node: 'node1', owner: replicaSet('web') }),
        pod({ name: 'web-2', node: 'node2', owner: replicaSet('web') }),
        pod({ name: 'other', node: 'node2' }),
        pod({ name: 'pending', node: null }),
        pod({ namespace: 'kube-system', name: 'coredns-1', node: 'node2' }),
      ],
      endpointSlices: [sliceOf('web-1'), { ...dnsSlice, namespace: 'kube-system', service: 'kube-dns' }],
    },
  }),
)

const node = (name: string): Subject => ({ kind: 'Node', name })
const aPod = (name: string, namespace = 'default'): Subject => ({ kind: 'Pod', namespace, name })
const service = (name: string, namespace = 'default'): Subject => ({ kind: 'Service', namespace, name })

test('a node touches the pods that run on it', () => {
  expect(touches(node('node1'), aPod('web-1'))).toBe(true)
  expect(touches(node('node2'), aPod('web-1'))).toBe(false)
})

test('a node touches the services whose endpoints are on it', () => {
  expect(touches(node('node1'), service('web'))).toBe(true)
  expect(touches(node('node2'), service('web'))).toBe(false)
})

test('what is bound to no node may be touched by any', () => {
  expect(touches(node('node1'), aPod('pending'))).toBe(true)
  expect(touches(node('node1'), service('without-endpoints'))).toBe(true)
})

test('a service touches neither another service nor pods of another namespace', () => {
  expect(touches(service('web'), service('without-endpoints'))).toBe(false)
  expect(touches(service('web'), service('web'))).toBe(true)
  expect(touches(aPod('web-1'), service('web', 'shop'))).toBe(false)
})

test('what the whole cluster uses is felt everywhere', () => {
  expect(touches(service('kube-dns', 'kube-system'), aPod('web-1'))).toBe(true)
  expect(touches(aPod('coredns-1', 'kube-system'), aPod('web-1'))).toBe(true)
  expect(touches(aPod('web-1'), aPod('coredns-1', 'kube-system'))).toBe(false)
})

test('pods of one replica set share what is wrong with it, on whatever node', () => {
  expect(touches(aPod('web-1'), aPod('web-2'))).toBe(true)
  expect(touches(aPod('web-1'), aPod('other'))).toBe(false)
})

test('nodes that a subject names itself count before those of the snapshot', () => {
  expect(touches(node('node2'), { ...aPod('web-1'), nodes: ['node2'] })).toBe(true)
})
