import { formatAddress } from '../../../shared/ip.ts'
import { isOk } from '../../../shared/reading.ts'
import { counted } from '../../../shared/text.ts'
import type { NetworkPolicy } from '../../cluster/network-policies.ts'
import { selectorText } from '../label-match.ts'
import {
  type DirectionVerdict,
  evaluateFlow,
  type PolicyEnd,
  type PolicyFlow,
  type PolicyScene,
} from '../network-policy.ts'
import { podKey } from '../pods.ts'
import { flowText } from '../policy-flows.ts'
import { policyQuirks } from '../policy-quirks.ts'
import { type Enforcement, enforcementIn, unreadObjects } from './enforcement.ts'
import { type Hop, hop } from './hop.ts'
import { type Call, podLabel } from './scene.ts'

/** The connection as policies see it, after the address of a service has become that of an endpoint. */
const policyFlow = ({ source, from, target, protocol }: Call): PolicyFlow => ({
  from: endOf(source, formatAddress(from)),
  to: endOf(target, formatAddress(target.address)),
  port: target.port,
  protocol,
})

const endOf = ({ pod, isHost }: Pick<Call['source'], 'pod' | 'isHost'>, address: string): PolicyEnd => ({
  pod: isHost ? null : pod,
  address,
})

type Direction = 'egress' | 'ingress'

/** The verdict of the policies that select this end; empty for anything but a pod on the pod network. */
export function policyHops(call: Call, direction: Direction): readonly Hop[] {
  const own = direction === 'egress' ? call.source : call.target
  if (own.isHost || own.pod === null) return []
  const told = { step: direction, place: podLabel(own.pod) } as const
  const { networkPolicies, namespaces } = call.scene.cluster
  if (direction === 'ingress' && call.source.isHost && call.source.node === call.target.node)
    return [hop('ok', { ...told, text: 'what a node sends to its own pods is always allowed' })]
  if (!isOk(networkPolicies))
    return [hop('not-looked-at', { ...told, text: `NetworkPolicies were not read: ${networkPolicies.detail}` })]
  if (!isOk(namespaces))
    return [hop('not-looked-at', { ...told, text: `labels of namespaces were not read: ${namespaces.detail}` })]
  const scene = { policies: networkPolicies.value, namespaces: namespaces.value }
  const enforcement = enforcementIn(call.scene)
  const isFirst = direction === 'egress' || call.source.isHost
  return [judge(call, { direction, scene, enforcement, told }), ...(isFirst ? objectsHop(enforcement, told) : [])]
}

interface Question {
  readonly direction: Direction
  readonly scene: PolicyScene
  readonly enforcement: Enforcement
  readonly told: { readonly step: Direction; readonly place: string }
}

function judge(call: Call, { direction, scene, enforcement, told }: Question): Hop {
  const flow = policyFlow(call)
  const verdict = evaluateFlow(flow, scene)[direction]
  if (!verdict.allowed) return denied(flow, verdict, { enforcement, told, direction })
  const quirk = quirkOf(flow, { direction, scene, enforcement })
  if (quirk)
    return hop('blocked', {
      ...told,
      code: 'POL005',
      text: `policies allow it, and it is dropped all the same: ${quirk.engine} ${quirk.does}`,
      evidence: [{ at: quirk.source, observed: flowText(flow) }],
    })
  if (verdict.isolatedBy.length === 0)
    return hop('ok', { ...told, text: `no NetworkPolicy isolates it for ${direction}` })
  return hop('ok', { ...told, text: `allowed by NetworkPolicy ${verdict.allowedBy.map(podKey).join(', ')}` })
}

function denied(
  flow: PolicyFlow,
  { isolatedBy }: DirectionVerdict,
  { enforcement, told, direction }: Pick<Question, 'enforcement' | 'told' | 'direction'>,
): Hop {
  const names = isolatedBy.map(podKey).join(', ')
  const port = `port ${flow.port}/${flow.protocol}`
  const missing =
    direction === 'egress' ? `to ${nameOf(flow.to)} at ${port}` : `from ${nameOf(flow.from)} to its ${port}`
  const what = `${isolatedBy.length > 1 ? 'isolate' : 'isolates'} it for ${direction}, and no rule allows what goes ${missing}`
  const evidence = isolatedBy.slice(0, 4).map(policy => evidenceOf(policy, direction))
  if (enforcement.kind === 'enforced')
    return hop('blocked', { ...told, evidence, code: 'POL004', text: `NetworkPolicy ${names} ${what}` })
  if (enforcement.kind === 'nobody') {
    const text = `NetworkPolicy ${names} would deny it, but nobody enforces policies here: ${enforcement.network} does not`
    return hop('noted', { ...told, evidence, code: 'POL001', text })
  }
  const text = `NetworkPolicy ${names} ${what}; ${enforcement.why}`
  return hop('not-looked-at', { ...told, evidence, code: 'POL004', text })
}

const nameOf = ({ pod, address }: PolicyEnd): string => (pod ? podLabel(pod) : address)

const evidenceOf = (policy: NetworkPolicy, direction: Direction) => ({
  at: `NetworkPolicy ${podKey(policy)}`,
  observed: `selects ${selectorText(policy.podSelector)}; ${rulesText(policy, direction)}`,
})

function rulesText(policy: NetworkPolicy, direction: Direction): string {
  const { length } = policy[direction]
  return length === 0 ? `no rule for ${direction}` : `of ${counted(length, 'rule')} for ${direction} none allows this`
}

/** A known quirk of the engine that drops what the policies allow. */
function quirkOf(
  flow: PolicyFlow,
  { direction, scene, enforcement }: Pick<Question, 'direction' | 'scene' | 'enforcement'>,
) {
  const engines = enforcement.kind === 'enforced' ? enforcement.engines : []
  return policyQuirks.find(
    ({ isIn, concerns, asTaken }) =>
      engines.some(isIn) &&
      concerns(flow) &&
      !evaluateFlow(flow, { ...scene, policies: scene.policies.map(asTaken) })[direction].allowed,
  )
}

/** Reported once, at the source. */
function objectsHop(enforcement: Enforcement, told: Question['told']): readonly Hop[] {
  const unread = unreadObjects(enforcement)
  return unread
    ? [hop('not-looked-at', { ...told, text: `${unread.engine} may deny it by ${unread.what}, which are not read` })]
    : []
}
