import { type Address, contains, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import { type Packet, type Place, protocolNumbers, type View } from './packet.ts'
import { anyOf, not, type Truth, truthOf } from './truth.ts'

/** A condition of a rule on a packet. */
export type Test = (view: View) => Truth

/** The test of a condition that is not modelled. */
export const unsure: Test = () => 'maybe'
/** The test that every packet passes. */
export const always: Test = () => 'yes'

/** The opposite of a test. */
export const negated =
  (test: Test): Test =>
  view =>
    not(test(view))

type Direction = 'source' | 'destination'

/** Source or current destination of a packet. */
export const placeOf = (view: View, direction: Direction): Place =>
  direction === 'source' ? view.packet.source : view.destination

/** Tests whether the address is in a network (`10.0.0.0/8`) or a range (`10.0.0.1-10.0.0.9`). */
export function addressTest(text: string, direction: Direction): Test {
  const holds = addressHolder(text)
  if (holds === null) return unsure
  return view => (view.isRewritten ? 'maybe' : truthOf(holds(placeOf(view, direction).address)))
}

/** Predicate for addresses in a network or range; null when the text is neither. */
export function addressHolder(text: string): ((address: Address) => boolean) | null {
  const network = parseNetwork(text)
  if (network) return address => contains(network, address)
  const [first, last, ...more] = text.split('-').map(parseAddress)
  if (!first || !last || more.length > 0) return null
  return ({ family, value }) => family === first.family && first.value <= value && value <= last.value
}

/** Tests whether the port is in a list of ports and ranges (`80,443,8000:8010`). */
export function portTest(text: string, direction: Direction): Test {
  const ranges = text.split(',').map(portRange)
  return view => {
    const { port } = placeOf(view, direction)
    if (view.packet.protocol === 'icmp') return 'no'
    return port === null || view.isRewritten ? 'maybe' : anyOf(ranges.map(range => isWithin(port, range)))
  }
}

/** Parses a port or a range with a colon or a dash; null for a name. */
export function portRange(text: string): readonly [number, number] | null {
  const [first = '', last = first, ...more] = text.split(/[:-]/)
  const isRange = more.length === 0 && [first, last].every(word => /^\d{0,5}$/.test(word))
  return isRange && text !== '' ? [Number(first || 0), Number(last || 65_535)] : null
}

/** Whether a port is in a range; `maybe` for an unknown range. */
export const isWithin = (port: number, range: readonly [number, number] | null): Truth =>
  range === null ? 'maybe' : truthOf(range[0] <= port && port <= range[1])

/** A protocol by name or number, as rules write it. */
export function protocolTest(text: string): Test {
  if (text === 'all' || text === '0') return always
  const number = /^\d{1,3}$/.test(text) ? Number(text) : protocolNumbers[text === 'ipv6-icmp' ? 'icmpv6' : text]
  return number === undefined ? unsure : ({ packet }) => truthOf(number === protocolNumber(packet))
}

/** Protocol number in the header of the packet's address family. */
export const protocolNumber = ({ protocol, source }: Packet): number | undefined =>
  protocolNumbers[protocol === 'icmp' && source.address.family === 6 ? 'icmpv6' : protocol]

/** Tests the device name, or its prefix (`cni+`, and `cni*` in nf_tables). */
export function deviceTest(text: string, direction: 'input' | 'output'): Test {
  const isPrefix = /[+*]$/.test(text)
  const name = isPrefix ? text.slice(0, -1) : text
  return ({ packet }) => {
    const device = packet[direction]
    if (text === '+') return 'yes'
    return device === null ? 'maybe' : truthOf(isPrefix ? device.startsWith(name) : device === name)
  }
}

/** Tests the bits of the mark selected by the mask. */
export function markTest(value: number, mask: number): Test {
  return ({ mark, unknownMark }) => {
    if (((mark ^ value) & mask & ~unknownMark) !== 0) return 'no'
    return truthOf((unknownMark & mask) === 0) === 'yes' ? 'yes' : 'maybe'
  }
}

/** Tests whether the connection is in one of the states; `DNAT` and `SNAT` are states too. */
export function stateTest(states: readonly string[]): Test {
  const known = new Set(states.map(state => state.toUpperCase()))
  return ({ state, packet, isRewritten, destination }) => {
    if (state !== null && known.has(state)) return 'yes'
    if (known.has('DNAT') && (isRewritten || packet.state !== 'NEW')) return 'maybe'
    if (known.has('DNAT') && destination === packet.translated) return 'yes'
    return state === null || known.has('SNAT') ? 'maybe' : 'no'
  }
}

/** Tests the address type as seen by the node: LOCAL, UNICAST, MULTICAST, BROADCAST. */
export function typeTest(types: string, direction: Direction): Test {
  const known = types.toUpperCase().split(',')
  return view => {
    const { address } = placeOf(view, direction)
    const isLocal = view.isRewritten ? 'maybe' : view.surroundings.isLocal(address)
    return anyOf(known.map(type => isOfType(type, address, isLocal)))
  }
}

function isOfType(type: string, address: Address, isLocal: Truth): Truth {
  const isMulticast = multicast[address.family](address)
  if (type === 'LOCAL') return isLocal
  if (type === 'MULTICAST') return truthOf(isMulticast)
  if (type === 'UNICAST' && !isMulticast) return not(isLocal)
  return type === 'BROADCAST' && isLocal === 'yes' ? 'no' : 'maybe'
}

const multicast = {
  4: ({ value }: Address) => value >> 28n === 14n,
  6: ({ value }: Address) => value >> 120n === 255n,
} as const

/** Tests whether exactly these of the examined TCP flags are set; the first packet has only SYN. */
export function flagsTest(asked: readonly string[], set: string): Test {
  const wanted = set === 'NONE' ? [] : set.split(',')
  const first = asked.every(flag => (flag === 'SYN') === wanted.includes(flag))
  return ({ packet: { protocol, state } }) => {
    if (protocol !== 'tcp') return 'no'
    if (state !== 'NEW' || set === 'ALL' || asked.includes('ALL')) return 'maybe'
    return first ? 'yes' : 'no'
  }
}
