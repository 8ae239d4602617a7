import { parseNetwork } from '../../shared/ip.ts'
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

/** A rule that somebody wrote for certain pods and that lets nothing through. */
export interface IdleRule {
  readonly policy: NetworkPolicy
  readonly direction: Direction
  /**
   * `other-side`: policies of the other end deny all of it. `service-port`: it names the port of a service, and
   * policies see the one behind it. `service-address`: it names the address of a service, which they never see.
   */
  readonly kind: 'other-side' | 'service-port' | 'service-address'
  /** One connection that the rule was written for, as policies see it. */
  readonly flow: PolicyFlow
  /** Isolate the end that denies it. */
  readonly deniedBy: readonly NetworkPolicy[]
  readonly service: { readonly service: Service; readonly port: ServicePort } | null
  /** Pods that cannot connect. */
  readonly sources: readonly Pod[]
}

interface Sources {
  readonly scene: PolicyScene
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  /** False for engines that look before the address of a service is translated. */
  readonly isAfterTranslation: boolean
}

/** Every rule for certain pods of which each connection is denied, by the specification. */
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

/** Pods that policies can tell apart: one of each set of labels; none where there are too many to ask them all. */
function representatives(pods: readonly Pod[]): readonly Pod[] {
  const byLabels = new Map(
    [...pods].reverse().map(pod => [`${pod.namespace} ${JSON.stringify(labelsOf(pod))}`, pod] as const),
  )
  return byLabels.size > mostKinds ? [] : [...byLabels.values()].reverse()
}

const mostKinds = 16

/** Without those that a controller gives each pod or each revision. */
const labelsOf = ({ labels }: Pod) =>
  Object.entries(labels)
    .filter(([key]) => !/hash$|pod-name$|pod-index$|generation$/.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))

interface Case {
  readonly policy: NetworkPolicy
  readonly direction: Direction
  readonly rule: PolicyRule
  /** Pods of the policy, one of each kind. */
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

/** A rule for everybody, or for every pod of a namespace, is no wish for any connection in particular. */
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

/** Every pair of different pods, from who connects to who is connected to. */
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

/** The other end isolates itself and has no rule for any of it. */
function deniedByOthers(given: Case, peers: readonly Pod[]): IdleRule | null {
  const other = given.direction === 'Egress' ? 'ingress' : 'egress'
  const flows = pairsOf(given, peers).flatMap(pair => portsFor(given.rule, pair[1]).map(port => flowOf(pair, port)))
  return allDenied(flows, given, { kind: 'other-side', side: other, service: null })
}

/** Numbers of the rule's ports in the pod that is connected to; those that it declares for a rule without ports. */
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
  /** The direction that is asked. */
  readonly side: 'ingress' | 'egress'
  readonly service: IdleRule['service']
}

/** The finding where there are such connections and each is denied. */
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

/** Ports of the rule that are those of a service of the pods, which lead elsewhere, and that no such pod declares. */
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

/** A rule for the very address of a service: policies see its pods instead. */
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
