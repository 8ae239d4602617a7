import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../../../../plugin/engine/snapshot.ts'
import { evaluateFlow } from '../../../../plugin/model/network-policy.ts'
import { pathClusterParts, pathNodeParts } from '../../../../plugin/model/path/scene.ts'
import { unavailable } from '../../../../shared/reading.ts'
import { matching, namespace, policy } from '../../../support/api-objects.ts'
import { sysctls } from '../../../support/host-objects.ts'
import { hostOf } from '../../../support/node-routes.ts'
import { answerOf, db, dbRules, flannel, pathSnapshot, web } from '../../../support/path-scene.ts'
import { podNamespaces } from '../../../support/pod-network.ts'

const selector = fc.constantFrom(matching(), matching({ app: 'web' }), matching({ app: 'db' }), matching({ app: 'x' }))
const peer = fc.oneof(
  selector.map(podSelector => ({ podSelector, namespaceSelector: null, ipBlock: null })),
  fc
    .constantFrom('10.244.0.0/16', '10.244.2.7/32', '10.96.0.20/32')
    .map(cidr => ({ podSelector: null, namespaceSelector: null, ipBlock: { cidr, except: [] } })),
)
const port = fc.constantFrom(5432, 80, null).map(number => ({ protocol: 'TCP', port: number, endPort: null }))
const rules = fc.array(
  fc.record({ peers: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) }),
  {
    maxLength: 2,
  },
)
const policies = fc.array(
  fc
    .record({
      podSelector: selector,
      types: fc.subarray(['Ingress', 'Egress'] as const, { minLength: 1 }),
      ingress: rules,
      egress: rules,
    })
    .map(given => policy(given)),
  { maxLength: 4 },
)

/** Taken by a service, and called directly. */
const targets = ['svc/db', 'pod/db-1:5432'] as const
const flow = {
  from: { pod: web, address: '10.244.1.7' },
  to: { pod: db, address: '10.244.2.7' },
  port: 5432,
  protocol: 'TCP',
}

test('hops of policies say what the specification says, both ways and whatever is called', () => {
  fc.assert(
    fc.property(policies, fc.constantFrom(...targets), (given, to) => {
      const [way] = answerOf(pathSnapshot({ policies: given }), 'web', to).ways
      const verdict = evaluateFlow(flow, { policies: given, namespaces: [namespace('default')] })
      const isOk = (step: string) => way?.hops.find(hop => hop.step === step)?.state === 'ok'
      expect([isOk('egress'), isOk('ingress')]).toEqual([verdict.egress.allowed, verdict.ingress.allowed])
      expect(way?.state).toBe(verdict.allowed ? 'ok' : 'blocked')
    }),
    { numRuns: 60 },
  )
})

test('what nobody enforces never blocks', () => {
  fc.assert(
    fc.property(policies, given => {
      const { state } = answerOf(pathSnapshot({ policies: given, engine: flannel }), 'web', 'svc/db')
      expect(['ok', 'noted']).toContain(state)
    }),
    { numRuns: 40 },
  )
})

const gone = { ...unavailable('failed', 'reading it failed'), ms: 0 }
const clusterParts = fc.subarray([...pathClusterParts])
const nodeParts = fc.subarray([...pathNodeParts])

/** The snapshot without these readings; of nodes from both, or from one. */
const without = (
  given: Snapshot,
  { cluster, parts, from }: { cluster: readonly string[]; parts: readonly string[]; from: readonly string[] },
): Snapshot => ({
  ...given,
  cluster: { ...given.cluster, ...Object.fromEntries(cluster.map(name => [name, gone])) },
  nodes: given.nodes.map(node =>
    node.status === 'read' && from.includes(node.name)
      ? { ...node, parts: { ...node.parts, ...Object.fromEntries(parts.map(name => [name, gone])) } }
      : node,
  ),
})

const losses = fc.record({
  cluster: fc.oneof(fc.constant([]), clusterParts),
  parts: nodeParts,
  from: fc.subarray(['node1', 'node2']),
})

describe('readings that are lost', () => {
  const well = pathSnapshot()
  test('block nothing that works', () => {
    fc.assert(
      fc.property(losses, fc.constantFrom(...targets), (lost, to) => {
        expect(['ok', 'not-looked-at']).toContain(stateOf(without(well, lost), to))
      }),
      { numRuns: 60 },
    )
  })
  const faults = [
    pathSnapshot({ policies: [policy()] }),
    pathSnapshot({ policies: [policy({ types: ['Egress'] })] }),
    pathSnapshot({ node1: hostOf(1) }),
    pathSnapshot({ node1: dbRules([]) }),
    pathSnapshot({ node1: { sysctls: sysctls({ 'net/ipv4/ip_forward': '0' }) } }),
    pathSnapshot({ node2: dbRules([], '*filter\n:FORWARD DROP\nCOMMIT\n') }),
    pathSnapshot({ node2: { podNamespaces: podNamespaces({ name: 'db-1', listens: ['0.0.0.0:1'] }) } }),
  ]
  test('make nothing look well that is blocked', () => {
    fc.assert(
      fc.property(losses, fc.nat(faults.length - 1), (lost, at) => {
        const fault = faults[at] ?? well
        expect(['blocked', 'not-looked-at']).toContain(stateOf(without(fault, lost), 'svc/db'))
      }),
      { numRuns: 120 },
    )
  })
})

/** An end that is not there, because it was not read, is an open question too. */
const stateOf = (given: Snapshot, to: string): string => answerOf(given, 'web', to).state

test('the same snapshot gives the same answer', () => {
  fc.assert(
    fc.property(losses, policies, (lost, given) => {
      const build = () => answerOf(without(pathSnapshot({ policies: given }), lost), 'web', 'svc/db')
      expect(build()).toEqual(build())
    }),
    { numRuns: 30 },
  )
})
