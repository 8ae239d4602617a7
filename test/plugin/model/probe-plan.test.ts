import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { type ProbeScene, planProbes } from '../../../plugin/model/probe-plan.ts'
import { probeTargetsSchema } from '../../../shared/protocol/probes.ts'
import { ok } from '../../../shared/reading.ts'
import {
  apiNode,
  containerPort,
  containerSpec,
  dnsService,
  endpoint,
  pod,
  policy,
  service,
  slice,
} from '../../support/api-objects.ts'

const nodeAt = (index: number) =>
  apiNode({ name: `node${index}`, addresses: [{ type: 'InternalIP', address: `10.0.0.${index}` }] })
const podAt = (index: number, change = {}) =>
  pod({
    name: `web-${index}`,
    uid: `u${index}`,
    node: `node${index}`,
    ips: [`10.244.${index}.2`],
    specs: [containerSpec({ ports: [containerPort(80)] })],
    ...change,
  })
const config = (clusterDomain: string) => ({
  config: ok({ clusterDNS: [], clusterDomain, resolvConf: null, hairpinMode: '' }),
})
const scene = (change: Partial<ProbeScene> = {}): ProbeScene => ({
  nodes: [1, 2, 3].map(nodeAt),
  pods: [1, 2, 3].map(index => podAt(index)),
  services: [service({ name: 'kubernetes', clusterIPs: ['10.96.0.1'] }), dnsService()],
  endpointSlices: [],
  networkPolicies: [],
  kubeletConfigs: [config('cluster.local')],
  outside: [],
  ...change,
})
const targetsOf = (given: ProbeScene) => planProbes(given).get('node1') ?? []
const purposes = (given: ProbeScene) => targetsOf(given).map(({ purpose }) => purpose)

test('a node asks the other nodes itself, and the rest out of a pod of its own', () => {
  const targets = targetsOf(scene())
  expect(targets.filter(({ purpose }) => purpose === 'node').map(({ node, pod }) => [node, pod])).toEqual([
    ['node2', null],
    ['node3', null],
  ])
  const others = targets.filter(({ purpose }) => purpose !== 'node')
  expect(others.map(({ pod }) => pod)).toEqual(others.map(() => 'u1'))
  expect(others.map(({ purpose }) => purpose)).toEqual(['pod', 'pod', 'service', 'cluster-name', 'cluster-name'])
})

test('pods of a namespace with a policy neither ask nor are asked', () => {
  expect(purposes(scene({ networkPolicies: [policy({ namespace: 'default' })] }))).toEqual(['node', 'node'])
})

test('a pod that is not ready is not asked', () => {
  const pods = [podAt(1), podAt(2, { ready: false }), podAt(3)]
  expect(targetsOf(scene({ pods })).filter(({ purpose }) => purpose === 'pod')).toMatchObject([{ node: 'node3' }])
})

test('no name is asked for where kubelets tell several domains', () => {
  expect(purposes(scene({ kubeletConfigs: [config('a.b'), config('c.d')] }))).not.toContain('cluster-name')
})

test('an address outside is asked from the pod and from the node, a name from DNS', () => {
  const outside = [{ address: '192.0.2.1', port: 443 }, { name: 'example.com' }]
  const targets = targetsOf(scene({ outside }))
  expect(targets.filter(({ purpose }) => purpose === 'outside').map(({ pod }) => pod)).toEqual(['u1', null])
  expect(targets.filter(({ purpose }) => purpose === 'outside-name')).toHaveLength(2)
})

const dnsPods = [2, 3, 4].map(index =>
  podAt(index, { namespace: 'kube-system', name: `dns-${index}`, uid: `d${index}`, ips: [`10.244.${index}.53`] }),
)
const dnsSlice = slice({
  namespace: 'kube-system',
  name: 'kube-dns-x',
  service: 'kube-dns',
  ports: [
    { name: 'dns', port: 5353, protocol: 'UDP' },
    { name: 'dns-tcp', port: 5353, protocol: 'TCP' },
  ],
  endpoints: [1, 2, 3, 4].map(index => endpoint({ addresses: [`10.244.${index}.53`], ready: index !== 1 })),
})
const sizes = (node: string, change: Partial<ProbeScene> = {}) =>
  planProbes(
    scene({ pods: [podAt(1), ...dnsPods], endpointSlices: [dnsSlice], nodes: [1, 2, 3, 4].map(nodeAt), ...change }),
  )
    .get(node)
    ?.flatMap(target => (target.purpose === 'dns-pod' ? [[target.kind, target.node, target.port, target.pod]] : []))

test('two DNS pods of other nodes are asked a short and a large question, out of a pod where there is one', () => {
  expect(sizes('node1')).toEqual([
    ['dns-tcp', 'node2', 5353, 'u1'],
    ['dns-tcp-large', 'node2', 5353, 'u1'],
    ['dns-tcp', 'node3', 5353, 'u1'],
    ['dns-tcp-large', 'node3', 5353, 'u1'],
  ])
  expect(sizes('node2')?.map(([, node]) => node)).toEqual(['node4', 'node4', 'node3', 'node3'])
  expect(sizes('node1', { pods: dnsPods })?.map(([, , , pod]) => pod)).toEqual([null, null, null, null])
})

test('DNS pods that a policy guards, or that are on the same node, are asked no large question', () => {
  expect(sizes('node1', { networkPolicies: [policy({ namespace: 'kube-system' })] })).toEqual([])
  expect(sizes('node2', { pods: dnsPods.slice(0, 1) })).toEqual([])
})

test('in a cluster of 254 nodes each is asked by some, and no plan is more than an agent takes', () => {
  const nodes = Array.from({ length: 254 }, (_, index) => nodeAt(index + 1))
  const pods = nodes.map((_, index) => podAt(index + 1))
  const plans = [...planProbes(scene({ nodes, pods })).values()]
  expect(plans).toHaveLength(254)
  expect(plans.every(plan => z.safeParse(probeTargetsSchema, plan).success)).toBe(true)
  expect(new Set(plans.flat().flatMap(({ node }) => node ?? [])).size).toBe(254)
})
