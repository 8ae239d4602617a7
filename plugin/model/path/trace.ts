import { formatAddress, parseAddress } from '../../../shared/ip.ts'
import { isOk } from '../../../shared/reading.ts'
import type { Service, ServicePort } from '../../cluster/services.ts'
import { bridgeHops } from './bridge-hop.ts'
import type { Destination } from './destination.ts'
import { arrival, crossingHop, departure, replies } from './filter-hops.ts'
import { type Hop, type HopState, hop, worstState } from './hop.ts'
import { nameHops } from './name-hop.ts'
import { overlayHops } from './overlay-hop.ts'
import { sourceHop, targetHop } from './pod-hops.ts'
import { policyHops } from './policy-hops.ts'
import { routeHop } from './route-hops.ts'
import { rulesHop } from './rules-hop.ts'
import { type Call, nodeOf, ofFamily, type PathScene, type Protocol, type Source } from './scene.ts'
import { callService } from './service-hops.ts'

/** The way to one endpoint. */
export interface Way {
  readonly target: string
  /** `10.244.1.2:5432`. */
  readonly address: string
  readonly node: string | null
  readonly state: HopState
  readonly hops: readonly Hop[]
}

/** The result for a connection: hops common to all ways, then each way. */
export interface Trace {
  readonly state: HopState
  readonly hops: readonly Hop[]
  readonly ways: readonly Way[]
}

/** The question to trace. */
export interface Question {
  readonly source: Source
  readonly destination: Destination
  readonly protocol: Protocol
}

/** Maximum number of endpoints to follow. */
const mostWays = 16

/** Follows a connection hop by hop through everything that was read. Pure; never throws. */
export function tracePath(question: Question, scene: PathScene): Trace {
  const first = sourceHop(question.source)
  const rest = first.state === 'blocked' ? { hops: [], ways: [] } : lead(question, scene)
  const hops = [first, ...rest.hops]
  return { state: stateOf(hops, rest.ways), hops, ways: rest.ways }
}

interface Led {
  readonly hops: readonly Hop[]
  readonly ways: readonly Way[]
}

function lead(question: Question, scene: PathScene): Led {
  const { destination } = question
  if (destination.kind === 'hop') return { hops: [destination.hop], ways: [] }
  if (destination.kind === 'service') return throughService(question, scene, destination)
  const { target } = destination
  const from = ofFamily(question.source.addresses, target.address.family)
  if (!from) return { hops: [noFamily(question.source, target.address.family)], ways: [] }
  return { hops: [], ways: [follow({ ...question, scene, from, target, front: null })] }
}

const noFamily = ({ label }: Source, family: 4 | 6): Hop =>
  hop('blocked', { step: 'source', place: label, text: `has no IPv${family} address, and the other end has no other` })

interface Called {
  readonly service: Service
  readonly port: ServicePort
  /** Service address in the question; null for its name. */
  readonly address: string | null
}

function throughService(question: Question, scene: PathScene, { service, port, address }: Called): Led {
  const { source } = question
  const asked = address === null ? service.clusterIPs : [address]
  const families = service.headless ? source.addresses : asked.filter(one => ofFamily(source.addresses, familyOf(one)))
  const [chosen] = families
  if (chosen === undefined) return { hops: [noFamily(source, familyOf(asked[0] ?? ''))], ways: [] }
  const family = familyOf(chosen)
  const from = ofFamily(source.addresses, family)
  const front = service.headless ? null : parseAddress(chosen)
  const led = callService({ scene, service, port, family, node: source.node })
  const hops = [...nameHops(question, scene), led.hop]
  const [first] = led.targets
  if (!first || !from) return { hops, ways: [] }
  const call = { ...question, scene, from, front: front && { address: front, port: port.port } }
  const rules = front ? [rulesHop({ ...call, target: first }, { service, port })] : []
  const left = led.targets.length - mostWays
  const rest = hop('not-looked-at', {
    step: 'service',
    place: source.label,
    text: `${left} more endpoints were not followed`,
  })
  return {
    hops: [...hops, ...rules, ...(left > 0 ? [rest] : [])],
    ways: led.targets.slice(0, mostWays).map(target => follow({ ...call, target })),
  }
}

const familyOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4)

/** Follows one way: out of the source, through both nodes, into the target, and the reply back. */
function follow(call: Call): Way {
  const { target } = call
  const there = [...policyHops(call, 'egress'), ...nodeHops(call), ...policyHops(call, 'ingress'), targetHop(call)]
  const isNews = (back: Hop) => !there.some(({ place, text }) => place === back.place && text === back.text)
  const hops = [...there, ...backHops(call).filter(isNews)]
  const address = formatAddress(target.address)
  return {
    target: target.label,
    address: address.includes(':') ? `[${address}]:${target.port}` : `${address}:${target.port}`,
    node: target.node,
    state: worstState(hops.map(({ state }) => state)),
    hops,
  }
}

function nodeHops(call: Call): readonly Hop[] {
  const { source, target, scene, from } = call
  const isHere = source.node === target.node
  if (isHere && source.isHost && target.isHost) return []
  const leg = (node: string | null, step: 'route') => {
    const parts = nodeOf(scene, node)
    return isOk(parts) && node !== null
      ? [routeHop({ scene, step, node, parts: parts.value, to: target.address, end: target.node, from })]
      : []
  }
  const [out, into] = [departure(call), arrival(call)]
  return [
    ...(out ? [crossingHop(out, call)] : [unreadHop(scene, source.node)]),
    ...leg(source.node, 'route'),
    ...overlayHops(call),
    ...(isHere || target.node === null ? [] : into ? [crossingHop(into, call)] : [unreadHop(scene, target.node)]),
    ...(isHere || target.isHost ? [] : leg(target.node, 'route')),
  ]
}

/** The way back is shown only when it is faulty, or when a bridge decides. */
function backHops(call: Call): readonly Hop[] {
  const { source, target, scene, from } = call
  const bridge = bridgeHops(call)
  const isHere = source.node === target.node
  const parts = nodeOf(scene, target.node)
  const isSelf = source.pod !== null && source.pod === target.pod
  if (isSelf) return bridge
  const crossings = target.isHost && !isHere && !source.isHost ? [] : replies(call)
  const hops = crossings.map(crossing => crossingHop(crossing, call))
  const route =
    !isHere && isOk(parts) && target.node !== null && !(target.isHost && !source.isHost)
      ? [
          routeHop({
            scene,
            step: 'back',
            node: target.node,
            parts: parts.value,
            to: from,
            end: source.node,
            from: target.address,
          }),
        ]
      : []
  const all = [...bridge, ...route, ...hops]
  const telling = all.filter(({ state }) => state !== 'ok')
  if (telling.length > 0 || all.length === 0) return telling
  return [hop('ok', { step: 'back', place: target.node ?? source.node ?? '', text: 'replies find their way back' })]
}

function unreadHop(scene: PathScene, node: string | null): Hop {
  const parts = nodeOf(scene, node)
  const text = isOk(parts) ? 'nothing of it was looked at' : parts.detail
  return hop('not-looked-at', { step: 'filter', place: node ?? 'outside', text: `rules and routes: ${text}` })
}

/** `blocked` when every way is; `partly` when only some are. */
function stateOf(hops: readonly Hop[], ways: readonly Way[]): HopState {
  const common = worstState(hops.map(({ state }) => state))
  if (common === 'blocked') return 'blocked'
  const states = ways.map(({ state }) => state)
  const blocked = states.filter(state => state === 'blocked').length
  if (blocked > 0 && blocked === states.length) return 'blocked'
  return worstState([common, ...states.map(state => (state === 'blocked' ? 'partly' : state))])
}
