import { contains, parseAddress, parseNetwork } from '../../shared/ip.ts'
import type { Namespace } from '../cluster/namespaces.ts'
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../cluster/network-policies.ts'
import type { Pod } from '../cluster/pods.ts'
import { matchesLabels } from './label-match.ts'
import { memoise } from './memo.ts'
import { podKey } from './pods.ts'
import { namedPortOf } from './target-ports.ts'

/** One end of a connection: a pod at one of its addresses, or any other address. */
export interface PolicyEnd {
  /** Also null for a pod on the host's network, which policies treat as its node. */
  readonly pod: Pod | null
  readonly address: string
}

/** A connection as policies see it: the destination is an endpoint, never the address of a service. */
export interface PolicyFlow {
  readonly from: PolicyEnd
  readonly to: PolicyEnd
  readonly port: number
  /** `TCP`, `UDP` or `SCTP`. */
  readonly protocol: string
}

/** The verdict of one direction, with the deciding policies. */
export interface DirectionVerdict {
  readonly allowed: boolean
  /** Policies that isolate the pod in this direction; without any, everything is allowed. */
  readonly isolatedBy: readonly NetworkPolicy[]
  /** Those with a rule that allows this flow. */
  readonly allowedBy: readonly NetworkPolicy[]
}

/** The verdicts of both directions. */
export interface PolicyVerdict {
  readonly allowed: boolean
  readonly egress: DirectionVerdict
  readonly ingress: DirectionVerdict
}

/** The policies and namespaces to evaluate flows with. */
export interface PolicyScene {
  readonly policies: readonly NetworkPolicy[]
  readonly namespaces: readonly Namespace[]
}

/**
 * Evaluates a flow by the specification, whatever an engine does: policies are additive, both directions must allow it,
 * and a pod may always reach itself. Traffic from a node to its own pods is always allowed and not handled here.
 * Source: k8s.io/api/networking/v1 types.go; https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function evaluateFlow(flow: PolicyFlow, scene: PolicyScene): PolicyVerdict {
  const { from, to } = flow
  const isSelf = from.pod !== null && to.pod !== null && podKey(from.pod) === podKey(to.pod)
  const egress = isSelf ? unrestricted : decide('Egress', flow, scene)
  const ingress = isSelf ? unrestricted : decide('Ingress', flow, scene)
  return { allowed: egress.allowed && ingress.allowed, egress, ingress }
}

const unrestricted: DirectionVerdict = { allowed: true, isolatedBy: [], allowedBy: [] }

export type Direction = 'Ingress' | 'Egress'

/** Policies that isolate a pod in a direction. No known engine selects pods on the host's network. */
export const isolating = (
  pod: Pod,
  direction: Direction,
  policies: readonly NetworkPolicy[],
): readonly NetworkPolicy[] =>
  pod.hostNetwork
    ? []
    : (byNamespace(policies).get(pod.namespace) ?? []).filter(
        ({ types, podSelector }) => types.includes(direction) && matchesLabels(podSelector, pod.labels),
      )

const byNamespace = memoise((policies: readonly NetworkPolicy[]): ReadonlyMap<string, readonly NetworkPolicy[]> => {
  const groups = new Map<string, NetworkPolicy[]>()
  for (const policy of policies) groups.set(policy.namespace, [...(groups.get(policy.namespace) ?? []), policy])
  return groups
})

function decide(direction: Direction, flow: PolicyFlow, { policies, namespaces }: PolicyScene): DirectionVerdict {
  const [own, other] = direction === 'Egress' ? [flow.from, flow.to] : [flow.to, flow.from]
  const isolatedBy = own.pod ? isolating(own.pod, direction, policies) : []
  const allowedBy = isolatedBy.filter(({ namespace, ingress, egress }) =>
    (direction === 'Egress' ? egress : ingress).some(rule => allows(rule, { flow, other, namespace, namespaces })),
  )
  return { allowed: isolatedBy.length === 0 || allowedBy.length > 0, isolatedBy, allowedBy }
}

interface RuleScene {
  readonly flow: PolicyFlow
  /** The end that the rule's peers are matched with. */
  readonly other: PolicyEnd
  /** The policy's namespace. */
  readonly namespace: string
  readonly namespaces: readonly Namespace[]
}

const allows = ({ peers, ports }: PolicyRule, scene: RuleScene): boolean =>
  (peers.length === 0 || peers.some(peer => matchesPeer(peer, scene))) &&
  (ports.length === 0 || ports.some(port => matchesPort(port, scene.flow)))

/** Whether a peer of a rule matches this end. */
export function matchesPeer(
  { ipBlock, namespaceSelector, podSelector }: PolicyPeer,
  scene: Pick<RuleScene, 'other' | 'namespace' | 'namespaces'>,
): boolean {
  const { pod, address } = scene.other
  if (ipBlock) return isInBlock(address, ipBlock)
  // The API refuses an empty peer.
  if (!pod || pod.hostNetwork || (!namespaceSelector && !podSelector)) return false
  const isNamespace = namespaceSelector
    ? matchesLabels(namespaceSelector, labelsOf(pod.namespace, scene.namespaces))
    : pod.namespace === scene.namespace
  return isNamespace && (!podSelector || matchesLabels(podSelector, pod.labels))
}

/** The API server labels every namespace with its name. */
const labelsOf = (name: string, namespaces: readonly Namespace[]): Readonly<Record<string, string>> =>
  namespaces.find(namespace => namespace.name === name)?.labels ?? { 'kubernetes.io/metadata.name': name }

function isInBlock(text: string, { cidr, except }: NonNullable<PolicyPeer['ipBlock']>): boolean {
  const address = parseAddress(text)
  const isIn = (block: string) => {
    const network = parseNetwork(block)
    return address !== null && network !== null && contains(network, address)
  }
  return isIn(cidr) && !except.some(isIn)
}

/** A named port is looked up in the destination pod; ranges are numeric. */
function matchesPort({ protocol, port, endPort }: PolicyPort, flow: PolicyFlow): boolean {
  if (protocol !== flow.protocol) return false
  if (port === null) return true
  if (typeof port === 'number') return endPort === null ? port === flow.port : port <= flow.port && flow.port <= endPort
  return flow.to.pod !== null && namedPortOf(flow.to.pod, { name: port, protocol }) === flow.port
}
