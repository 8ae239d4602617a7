import type { Evidence } from '../../../shared/finding.ts'
import type { Address } from '../../../shared/ip.ts'
import { isOk } from '../../../shared/reading.ts'
import { placeOf } from '../packet-filter/blockade-text.ts'
import { nodeFilter } from '../packet-filter/node-filter.ts'
import { ownerOf } from '../packet-filter/owners.ts'
import type { ConnectionState, Packet, Place } from '../packet-filter/packet.ts'
import type { Origin } from '../packet-filter/rules.ts'
import { type Verdict, walk } from '../packet-filter/walk.ts'
import { type Hop, hop, type Step } from './hop.ts'
import { asksBridgeRules, deviceOn, forwards, linkOn, nodeAddress, ownWayIn } from './node-view.ts'
import { type Call, nodeOf, type PathNode } from './scene.ts'

/** The packets of a connection at one node's packet filter. */
export interface Crossing {
  readonly node: string
  readonly parts: PathNode
  readonly step: Step
  /** Possible variants of the packet; all must have the same verdict. */
  readonly packets: readonly Packet[]
  /** The packets' name in sentences. */
  readonly text: string
}

/** An ephemeral client port. */
const clientPort = 41_000

/** The first packet on the source's node. Null when it stays within the host's stack, or nothing was read. */
export function departure(call: Call): Crossing | null {
  const { source, target, from, front, scene } = call
  const parts = nodeOf(scene, source.node)
  const isHere = target.node === source.node
  if (!isOk(parts) || source.node === null || (source.isHost && target.isHost && isHere)) return null
  const destination = front ?? place(target)
  const way = ways(parts.value, source.isHost ? null : from, target.isHost && isHere ? null : target.address)
  const packet = toPacket(call, { ...way, source: { address: from, port: clientPort }, destination, state: 'NEW' })
  const packets = [front ? { ...packet, translated: place(target) } : packet]
  return { node: source.node, parts: parts.value, step: 'filter', packets, text: 'its packets' }
}

/** The first packet on the target's node. Null when that is the same node, or was not read. */
export function arrival(call: Call): Crossing | null {
  const { source, target, from, scene } = call
  const parts = nodeOf(scene, target.node)
  if (!isOk(parts) || target.node === null || target.node === source.node) return null
  const way = ways(parts.value, from, target.isHost ? null : target.address)
  const packets = sourcesOf(call).map(address =>
    toPacket(call, { ...way, source: { address, port: clientPort }, destination: place(target), state: 'NEW' }),
  )
  return { node: target.node, parts: parts.value, step: 'filter', packets, text: 'its packets' }
}

/** The reply on both nodes. */
export function replies(call: Call): readonly Crossing[] {
  const { source, target, scene, from } = call
  const isHere = target.node === source.node
  if (source.isHost && target.isHost && isHere) return []
  const sides = [
    ...(isHere ? [] : [{ node: target.node, isIn: false, isOut: target.isHost }]),
    { node: source.node, isIn: source.isHost, isOut: isHere && target.isHost },
  ]
  return sides.flatMap(({ node, isIn, isOut }) => {
    const parts = nodeOf(scene, node)
    if (!isOk(parts) || node === null) return []
    const way = ways(parts.value, isOut ? null : target.address, isIn ? null : from)
    const answer = { source: place(target), destination: { address: from, port: clientPort } }
    const packet = toPacket(call, { ...way, ...answer, state: 'ESTABLISHED' })
    return [{ node, parts: parts.value, step: 'back' as const, packets: [packet], text: 'the replies' }]
  })
}

const place = ({ address, port }: { readonly address: Address; readonly port: number }): Place => ({ address, port })

/** Pod packets to another node may have their node's address as source. */
function sourcesOf({ source, target, from, scene }: Call): readonly Address[] {
  const own = source.isHost || !target.isHost ? null : nodeAddress(scene, source.node, from.family)
  return own ? [from, own] : [from]
}

type Way = Pick<Packet, 'path' | 'input' | 'output'> & { readonly isBridged: boolean }

/** Incoming and outgoing device by the routes to both ends; none for an end that is the host itself. */
function ways(parts: PathNode, from: Address | null, to: Address | null): Way {
  const input = from && deviceOn(parts, from)
  const output = to && deviceOn(parts, to)
  const isBridged = input !== null && input === output && linkOn(parts, input)?.kind === 'bridge'
  return { path: from === null ? 'output' : to === null ? 'input' : 'forward', input, output, isBridged }
}

type Given = Way & { readonly source: Place; readonly destination: Place; readonly state: ConnectionState }

const toPacket = ({ protocol }: Call, given: Given): Packet => ({
  ...given,
  protocol: protocol === 'TCP' ? 'tcp' : protocol === 'UDP' ? 'udp' : 'sctp',
})

/** The hop of a crossing: forwarding and all rules of the node. */
export function crossingHop({ node, parts, step, packets, text }: Crossing, call: Call): Hop {
  const told = { step, place: node } as const
  const [packet] = packets
  const family = call.target.address.family
  const isForwarded = packet?.path === 'forward' && !packet.isBridged && ownWayIn(call.scene) === null
  const isOn = isForwarded ? forwards(parts, family) : true
  if (isOn === false) return hop('blocked', { ...told, ...forwardingOff(node, family) })
  const own = call.source.isHost ? null : ownWayIn(call.scene)
  if (own) return hop('not-looked-at', { ...told, text: `${own} carries ${text} past the rules of the node` })
  if (packet?.isBridged && asksBridgeRules(parts, family) === false && call.front === null)
    return hop('ok', { ...told, text: `both ends hang on bridge ${packet.input}, which asks no rules` })
  const judged = walked({ node, parts, step, packets, text }, family)
  if (isOn !== null || judged.state !== 'ok') return judged
  return hop('not-looked-at', { ...told, text: 'whether the kernel forwards packets was not read' })
}

const forwardingOff = (node: string, family: 4 | 6) => {
  const key = family === 4 ? 'net/ipv4/ip_forward' : 'net/ipv6/conf/all/forwarding'
  const evidence: readonly Evidence[] = [{ at: `${node}:/proc/sys/${key}`, observed: '0', expected: '1' }]
  return { text: `the kernel forwards no packets: ${key.replaceAll('/', '.')} is 0`, evidence, code: 'SYS001' }
}

function walked({ node, parts, step, packets, text }: Crossing, family: 4 | 6): Hop {
  const told = { step, place: node } as const
  const { chains, surroundings, unread } = nodeFilter(parts, family)
  const verdicts = packets.map(packet => walk(chains, { packet, surroundings }))
  const stopped = verdicts.filter(isStopped)
  const [first] = stopped
  if (first?.by && stopped.length === verdicts.length)
    return hop('blocked', { ...told, ...stopping(first.by, { node, verdict: first.verdict, text }) })
  const doubt = verdicts.find(({ verdict }) => verdict !== 'accept')
  const why = doubt?.doubts[0]?.origin.text ?? doubt?.by?.text
  if (doubt) return hop('not-looked-at', { ...told, text: `whether ${text} get past "${why}" cannot be told` })
  if (unread !== null) return hop('not-looked-at', { ...told, text: `not all rules were read: ${unread}` })
  const count =
    chains.length === 0 ? 'there are no rules of the packet filter' : `the packet filter lets ${text} through`
  return hop('ok', { ...told, text: count })
}

const isStopped = ({ verdict }: Verdict): boolean => verdict === 'drop' || verdict === 'reject' || verdict === 'divert'

interface Stopped {
  readonly node: string
  readonly verdict: Verdict['verdict']
  /** The packets' name in sentences. */
  readonly text: string
}

/** What a hop says of the rule or policy that stops all packets. */
function stopping(by: Origin, { node, verdict, text }: Stopped) {
  const owner = ownerOf(by)
  const evidence: readonly Evidence[] = [
    {
      at: `${node}: ${placeOf(by)}`,
      observed: `${by.text}${by.packets ? `; ${by.packets} packets so far` : ''}`,
      expected: `${text} get through`,
    },
  ]
  const what = by.kind === 'policy' ? `the policy of chain ${by.chain}` : `a rule of ${by.chain} (${owner.name})`
  const code = owner.role === 'foreign' || owner.role === 'firewall' ? { code: 'FWL004' } : {}
  return { text: `${what} ${verdict}s ${text}`, evidence, ...code }
}
