import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { type ProbeScene, planProbes } from '../../../plugin/model/probe-plan.ts'
import { probeTargetsSchema } from '../../../shared/protocol/probes.ts'
import { ok } from '../../../shared/reading.ts'
import { apiNode, containerPort, containerSpec, dnsService, pod, policy, service } from '../../support/api-objects.ts'

const nodeAt = (index: number) =>
  apiNode({ name: `node${index}`, addresses: [{ type: 'InternalIP', address: `10.0.0.${index}` }] })
const podAt = (index: number, change = {}) =>
  pod({
    ...{ name: `web-${index}`, uid: `u${index}`, node: `node${index}`, ips: [`10.244.${index}.2`] },
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

test('in a cluster of 254 nodes each is asked by some, and no plan is more than an agent takes', () => {
  const nodes = Array.from({ length: 254 }, (_, index) => nodeAt(index + 1))
  const pods = nodes.map((_, index) => podAt(index + 1))
  const plans = [...planProbes(scene({ nodes, pods })).values()]
  expect(plans).toHaveLength(254)
  expect(plans.every(plan => z.safeParse(probeTargetsSchema, plan).success)).toBe(true)
  expect(new Set(plans.flat().flatMap(({ node }) => node ?? [])).size).toBe(254)
})
