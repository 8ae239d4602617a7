import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../../../plugin/cluster/network-policies.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { evaluateFlow, type PolicyEnd } from '../../../plugin/model/network-policy.ts'
import { containerPort, containerSpec, matching, namespace, pod, policy } from '../../support/api-objects.ts'

const namespaces = [namespace('default'), namespace('shop', { team: 'a' })]
const end = (of: Pod): PolicyEnd => ({ pod: of, address: of.ips[0] ?? '' })
const outside = (address: string): PolicyEnd => ({ pod: null, address })

const web = pod({
  name: 'web',
  labels: { app: 'web' },
  ips: ['10.0.0.1'],
  specs: [containerSpec({ ports: [containerPort(8080, { name: 'http' })] })],
})
const shop = pod({ namespace: 'shop', name: 'shop', labels: { app: 'shop' }, ips: ['10.0.0.2'] })

const peer = (change: Partial<PolicyPeer>): PolicyPeer => ({
  ipBlock: null,
  namespaceSelector: null,
  podSelector: null,
  ...change,
})
const port = (change: Partial<PolicyPort>): PolicyPort => ({ protocol: 'TCP', port: null, endPort: null, ...change })

const isAllowed = (
  policies: readonly NetworkPolicy[],
  { from = end(shop), to = end(web), on = 8080, protocol = 'TCP' } = {},
) => evaluateFlow({ from, to, port: on, protocol }, { policies, namespaces }).allowed

const ingress = (peers: readonly PolicyPeer[], ports: readonly PolicyPort[] = []) =>
  policy({ name: 'in', ingress: [{ peers, ports }] })
const egress = (peers: readonly PolicyPeer[], ports: readonly PolicyPort[] = []) =>
  policy({ namespace: 'shop', name: 'out', types: ['Egress'], egress: [{ peers, ports }] })

describe('a flow', () => {
  test('is allowed where no policy selects its pods', () => {
    expect(isAllowed([policy({ podSelector: matching({ app: 'other' }) })])).toBe(true)
  })
  test('is denied where a policy isolates and no rule allows, and both are named', () => {
    const verdict = evaluateFlow(
      { from: end(shop), to: end(web), port: 8080, protocol: 'TCP' },
      { policies: [policy(), egress([])], namespaces },
    )
    expect(verdict).toMatchObject({ allowed: false, egress: { allowed: true }, ingress: { allowed: false } })
    expect(verdict.ingress.isolatedBy.map(({ name }) => name)).toEqual(['policy'])
    expect(verdict.egress.allowedBy.map(({ name }) => name)).toEqual(['out'])
  })
  test('is not kept from the pod itself', () => {
    expect(isAllowed([policy()], { from: end(web) })).toBe(true)
  })
  test('to a pod on the host’s network is not isolated by selectors', () => {
    expect(isAllowed([policy()], { to: end({ ...web, hostNetwork: true }) })).toBe(true)
  })
})

describe('a peer', () => {
  test('by pods is of the policy’s own namespace', () => {
    expect(isAllowed([ingress([peer({ podSelector: matching({ app: 'shop' }) })])])).toBe(false)
  })
  test('by namespace and pod needs both', () => {
    const both = (app: string) =>
      ingress([peer({ namespaceSelector: matching({ team: 'a' }), podSelector: matching({ app }) })])
    expect([isAllowed([both('shop')]), isAllowed([both('web')])]).toEqual([true, false])
  })
  test('by two entries needs one of them', () => {
    const either = ingress([
      peer({ namespaceSelector: matching({ team: 'z' }) }),
      peer({ namespaceSelector: matching({ 'kubernetes.io/metadata.name': 'shop' }) }),
    ])
    expect(isAllowed([either])).toBe(true)
  })
  test('by address leaves out what is excepted', () => {
    const block = ingress([peer({ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] } })])
    const from = (address: string) => isAllowed([block], { from: outside(address) })
    expect([from('192.0.2.1'), from('192.0.2.200'), from('198.51.100.1')]).toEqual([true, false, false])
  })
  test('by expressions holds for NotIn also where the label is absent', () => {
    const expression = (operator: string) =>
      ingress([
        peer({
          namespaceSelector: { matchLabels: {}, matchExpressions: [{ key: 'tier', operator, values: ['x'] }] },
        }),
      ])
    const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Unheard']
    expect(operators.map(operator => isAllowed([expression(operator)]))).toEqual([false, true, false, true, false])
  })
})

describe('a port', () => {
  test('may be a range, both ends included', () => {
    const range = ingress([], [port({ port: 8000, endPort: 8080 })])
    expect([7999, 8000, 8080, 8081].map(on => isAllowed([range], { on }))).toEqual([false, true, true, false])
  })
  test('may be a name of the destination’s port, also for egress', () => {
    expect(isAllowed([ingress([], [port({ port: 'http' })])])).toBe(true)
    expect(isAllowed([egress([], [port({ port: 'http' })])])).toBe(true)
    expect(isAllowed([egress([], [port({ port: 'http' })])], { to: outside('192.0.2.1') })).toBe(false)
  })
  test('has a protocol', () => {
    expect(isAllowed([ingress([], [port({ protocol: 'UDP', port: 8080 })])])).toBe(false)
    expect(isAllowed([ingress([], [port({ protocol: 'UDP', port: 8080 })])], { protocol: 'UDP' })).toBe(true)
  })
})

/** The specification once more, slowly: every allowed pair of a small world is written down first, then looked up. */
function allowedPairs(policies: readonly NetworkPolicy[], pods: readonly Pod[]): ReadonlySet<string> {
  const pairs = new Set<string>()
  const selectedBy = (each: Pod, type: 'Ingress' | 'Egress') =>
    policies.filter(({ namespace, types, podSelector: { matchLabels } }) => {
      const app = matchLabels.app ?? each.labels.app
      return namespace === each.namespace && types.includes(type) && app === each.labels.app
    })
  for (const from of pods)
    for (const to of pods)
      for (const on of [1, 2, 3]) {
        const out = selectedBy(from, 'Egress')
        const into = selectedBy(to, 'Ingress')
        const passes = (rule: NetworkPolicy['ingress'][number], own: string, other: Pod) => {
          const portFits = rule.ports.length === 0 || rule.ports.some(({ port }) => port === null || port === on)
          const peerFits =
            rule.peers.length === 0 ||
            rule.peers.some(({ podSelector, namespaceSelector }) => {
              const app = podSelector?.matchLabels.app
              const home = namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? own
              return other.namespace === home && (app === undefined || app === other.labels.app)
            })
          return portFits && peerFits
        }
        const mayLeave = out.length === 0 || out.some(one => one.egress.some(rule => passes(rule, one.namespace, to)))
        const mayEnter =
          into.length === 0 || into.some(one => one.ingress.some(rule => passes(rule, one.namespace, from)))
        if (from === to || (mayLeave && mayEnter)) pairs.add(`${from.name} ${to.name} ${on}`)
      }
  return pairs
}

const apps = ['web', 'shop']
const homes = ['default', 'shop']
const world = homes.flatMap(home => apps.map(app => pod({ namespace: home, name: `${home}-${app}`, labels: { app } })))

const selector = fc.oneof(
  fc.constant(matching()),
  fc.constantFrom(...apps).map(app => matching({ app })),
)
const peers = fc.array(
  fc.oneof(
    selector.map(podSelector => peer({ podSelector })),
    fc
      .tuple(fc.constantFrom(...homes), selector)
      .map(([name, podSelector]) =>
        peer({ podSelector, namespaceSelector: matching({ 'kubernetes.io/metadata.name': name }) }),
      ),
  ),
  { maxLength: 2 },
)
const ports = fc.array(
  fc.constantFrom(1, 2, 3, null).map(number => port({ port: number })),
  { maxLength: 2 },
)
const rules = fc.array(fc.record({ peers, ports }), { maxLength: 2 })
const policies = fc.array(
  fc.record({
    home: fc.constantFrom(...homes),
    podSelector: selector,
    types: fc.subarray(['Ingress', 'Egress'] as const, { minLength: 1 }),
    ingress: rules,
    egress: rules,
  }),
  { maxLength: 3 },
)

test('any policies decide every pair of a small world as the slow evaluator does', () => {
  fc.assert(
    fc.property(policies, given => {
      const built = given.map(({ home, ...rest }) => policy({ namespace: home, ...rest }))
      const found = new Set<string>()
      for (const from of world)
        for (const to of world)
          for (const on of [1, 2, 3])
            if (isAllowed(built, { from: end(from), to: end(to), on })) found.add(`${from.name} ${to.name} ${on}`)
      expect(found).toEqual(allowedPairs(built, world))
    }),
    { numRuns: 100 },
  )
})
