import { parseNetwork } from '../../shared/ip.ts'
import { compareText } from '../../shared/text.ts'
import type { NetworkPolicy, PolicyPort, PolicyRule } from '../cluster/network-policies.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service, ServicePort } from '../cluster/services.ts'
import { isEmptySelector, matchesLabels } from './label-match.ts'
import { type Direction, evaluateFlow, matchesPeer, type PolicyFlow, type PolicyScene } from './network-policy.ts'
import { isLive, podKey } from './pods.ts'
import { endOf } from './policy-flows.ts'
import { livePodsIn, podsBehind } from './service-backends.ts'
import { isClusterDns } from './system-services.ts'
import { namedPortOf, targetPortOf } from './target-ports.ts'

/** A policy rule for certain pods that allows no connection at all. */
export interface IdleRule {
  readonly policy: NetworkPolicy
  readonly direction: Direction
  /**
   * `other-side`: policies of the other end deny everything. `service-port`: it names a service's port, but policies
   * see the target port. `service-address`: it names a service's address, which policies never see.
   */
  readonly kind: 'other-side' | 'service-port' | 'service-address'
  /** An example of a connection that the rule is meant to allow, as policies see it. */
  readonly flow: PolicyFlow
  /** Policies that isolate the denying end. */
  readonly deniedBy: readonly NetworkPolicy[]
  readonly service: { readonly service: Service; readonly port: ServicePort } | null
  /** Pods that cannot connect. */
  readonly sources: readonly Pod[]
}

interface Sources {
  readonly scene: PolicyScene
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  /** Whether the engine evaluates policies after service addresses are translated. */
  readonly isAfterTranslation: boolean
}

/** All rules for certain pods whose every connection is denied according to the specification. */
export const idleRules = (sources: Sources): readonly IdleRule[] =>
  sources.scene.policies.flatMap(policy =>
    (['Ingress', 'Egress'] as const).flatMap(direction => {
      const selected = policy.types.includes(direction) ? selectedBy(policy, sources.pods) : []
      const own = representatives(selected)
      const rules = direction === 'Ingress' ? policy.ingress : policy.egress
      return own.length === 0
        ? []
        : rules.flatMap(rule => judgeRule({ policy, direction, rule, own, selected, sources }) ?? [])
    }),
  )

const selectedBy = ({ namespace, podSelector }: NetworkPolicy, pods: readonly Pod[]): readonly Pod[] =>
  livePodsIn(namespace, pods).filter(pod => isNetworked(pod) && matchesLabels(podSelector, pod.labels))

const isNetworked = ({ hostNetwork, ips }: Pod): boolean => !hostNetwork && ips.length > 0

/** One pod per distinct set of labels; none when there are too many to test. */
function representatives(pods: readonly Pod[]): readonly Pod[] {
  const byLabels = new Map(
    [...pods].reverse().map(pod => [`${pod.namespace} ${JSON.stringify(labelsOf(pod))}`, pod] as const),
  )
  return byLabels.size > mostKinds ? [] : [...byLabels.values()].reverse()
}

const mostKinds = 16

/** Labels without those that differ per pod or revision. */
const labelsOf = ({ labels }: Pod) =>
  Object.entries(labels)
    .filter(([key]) => !/hash$|pod-name$|pod-index$|generation$/.test(key))
    .sort(([a], [b]) => compareText(a, b))

interface Case {
  readonly policy: NetworkPolicy
  readonly direction: Direction
  readonly rule: PolicyRule
  /** Pods selected by the policy, one per set of labels. */
  readonly own: readonly Pod[]
  readonly selected: readonly Pod[]
  readonly sources: Sources
}

function judgeRule(given: Case): IdleRule | null {
  const { rule, sources } = given
  if (!sources.isAfterTranslation) return isForPods(rule) ? deniedByOthers(given, peersOf(given)) : null
  if (!isForPods(rule)) return deniedByAddress(given)
  const peers = peersOf(given)
  return deniedByPort(given, peers) ?? deniedByOthers(given, peers)
}

/**
 * Whether a rule selects certain pods; a rule for everybody or a whole namespace intends no connection in particular.
 */
const isForPods = ({ peers }: PolicyRule): boolean =>
  peers.length > 0 && peers.every(({ podSelector }) => podSelector !== null && !isEmptySelector(podSelector))

const peersOf = ({ rule, policy, sources: { pods, scene } }: Case): readonly Pod[] =>
  representatives(
    pods.filter(
      pod =>
        isLive(pod) &&
        isNetworked(pod) &&
        rule.peers.some(peer =>
          matchesPeer(peer, { other: endOf(pod), namespace: policy.namespace, namespaces: scene.namespaces }),
        ),
    ),
  )

type Pair = readonly [from: Pod, to: Pod]

/** Every pair of different pods, as client and server. */
const pairsOf = ({ direction, own }: Case, peers: readonly Pod[]): readonly Pair[] =>
  own.flatMap(pod =>
    peers.flatMap((peer): readonly Pair[] => {
      if (podKey(peer) === podKey(pod)) return []
      return direction === 'Egress' ? [[pod, peer]] : [[peer, pod]]
    }),
  )

const flowOf = ([from, to]: Pair, { port, protocol }: { port: number; protocol: string }): PolicyFlow => ({
  from: endOf(from),
  to: endOf(to),
  port,
  protocol,
})

/** The other end is isolated and allows none of it. */
function deniedByOthers(given: Case, peers: readonly Pod[]): IdleRule | null {
  const other = given.direction === 'Egress' ? 'ingress' : 'egress'
  const flows = pairsOf(given, peers).flatMap(pair => portsFor(given.rule, pair[1]).map(port => flowOf(pair, port)))
  return allDenied(flows, given, { kind: 'other-side', side: other, service: null })
}

/** Port numbers of the rule in the target pod; its declared ports for a rule without ports. */
function portsFor({ ports }: PolicyRule, to: Pod): readonly { port: number; protocol: string }[] {
  if (ports.length === 0)
    return to.specs.flatMap(spec =>
      spec.ports.map(({ containerPort, protocol }) => ({ port: containerPort, protocol })),
    )
  return ports.flatMap(({ port, protocol }) => {
    const number = typeof port === 'string' ? namedPortOf(to, { name: port, protocol }) : port
    return number === null ? [] : [{ port: number, protocol }]
  })
}

interface Reason {
  readonly kind: IdleRule['kind']
  /** The direction to evaluate. */
  readonly side: 'ingress' | 'egress'
  readonly service: IdleRule['service']
}

/** The idle rule, when there are such connections and all are denied. */
function allDenied(flows: readonly PolicyFlow[], given: Case, { kind, side, service }: Reason): IdleRule | null {
  const [flow] = flows
  const { policy, direction, sources, selected } = given
  if (!flow || flows.some(each => evaluateFlow(each, sources.scene)[side].allowed)) return null
  const connecting = flows.flatMap(({ from }) => from.pod ?? [])
  return {
    policy,
    direction,
    kind,
    flow,
    service,
    deniedBy: evaluateFlow(flow, sources.scene)[side].isolatedBy,
    sources: direction === 'Egress' ? selected : [...new Set(connecting)],
  }
}

/** Rule ports that are service ports with a different target port and that no selected pod declares. */
function deniedByPort(given: Case, peers: readonly Pod[]): IdleRule | null {
  const { rule, direction, sources } = given
  const side = direction === 'Egress' ? 'egress' : 'ingress'
  const pairs = pairsOf(given, peers)
  for (const port of rule.ports) {
    const called = pairs.flatMap(pair => {
      const service = serviceAt(port, pair[1], sources.services)
      const number = service ? targetPortOf(service.port, pair[1]) : null
      return service && number !== null
        ? [{ service, flow: flowOf(pair, { port: number, protocol: port.protocol }) }]
        : []
    })
    if (called.length === 0 || called.length < pairs.length) continue
    const found = allDenied(
      called.map(({ flow }) => flow),
      given,
      { kind: 'service-port', side, service: called[0]?.service ?? null },
    )
    if (found) return found
  }
  return null
}

function serviceAt({ port, protocol, endPort }: PolicyPort, pod: Pod, services: readonly Service[]) {
  if (typeof port !== 'number' || endPort !== null || declares(pod, port, protocol)) return null
  for (const service of services) {
    const own = service.ports.find(each => each.port === port && each.protocol === protocol)
    const isIts = !service.headless && own && targetPortOf(own, pod) !== port && podsBehind(service, [pod]).length > 0
    if (isIts && !isClusterDns(service)) return { service, port: own }
  }
  return null
}

const declares = ({ specs }: Pod, number: number, protocol: string): boolean =>
  specs.some(({ ports }) => ports.some(port => port.containerPort === number && port.protocol === protocol))

/** A rule for a service's address, where policies see its pods instead. */
function deniedByAddress(given: Case): IdleRule | null {
  const { rule, direction, own, sources } = given
  if (direction !== 'Egress') return null
  for (const { ipBlock } of rule.peers) {
    const network = ipBlock ? parseNetwork(ipBlock.cidr) : null
    if (!network || network.first !== network.last) continue
    const [address = ''] = ipBlock?.cidr.split('/') ?? []
    const service = sources.services.find(({ clusterIPs }) => clusterIPs.includes(address))
    const found = service && !isClusterDns(service) ? deniedBehind(given, service, own) : null
    if (found) return found
  }
  return null
}

function deniedBehind(given: Case, service: Service, own: readonly Pod[]): IdleRule | null {
  const { rule, sources } = given
  const [port] = service.ports.filter(
    ({ port, protocol }) =>
      rule.ports.length === 0 || rule.ports.some(one => one.port === port && one.protocol === protocol),
  )
  if (!port) return null
  const behind = representatives(podsBehind(service, sources.pods).filter(isNetworked))
  const flows = own.flatMap(pod =>
    behind.flatMap(to => {
      const number = targetPortOf(port, to)
      return number === null || podKey(to) === podKey(pod)
        ? []
        : [flowOf([pod, to], { port: number, protocol: port.protocol })]
    }),
  )
  return allDenied(flows, given, { kind: 'service-address', side: 'egress', service: { service, port } })
}
