import type { Address } from '../../../shared/ip.ts'
import type { Truth } from './truth.ts'

export type ConnectionState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED'

/** An address with a port; the port is null for protocols without one, or when it does not matter. */
export interface Place {
  readonly address: Address
  readonly port: number | null
}

/** A packet as it arrives at a node: the first of a connection, or one of an established connection. */
export interface Packet {
  readonly source: Place
  readonly destination: Place
  /** The destination after service translation; absent when it is not translated. */
  readonly translated?: Place
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'sctp'
  /** Through the node, to it, or from it. */
  readonly path: 'forward' | 'input' | 'output'
  /** Incoming and outgoing device; null when unknown, or not applicable to the path. */
  readonly input: string | null
  readonly output: string | null
  readonly state: ConnectionState
  /** Whether a bridge forwards it between its ports; the rules see it only with br_netfilter. */
  readonly isBridged?: boolean
}

/** Whether a set contains the packet's fields in the given directions (`src`, `dst`). */
export type SetQuestion = (view: View, directions: readonly string[]) => Truth

/** The node's state that rules depend on. */
export interface Surroundings {
  /** Whether an address is the node's own. */
  readonly isLocal: (address: Address) => Truth
  /** An ipset by name; null when it does not exist or was not read. */
  readonly ipset: (name: string) => SetQuestion | null
}

/** State of a packet while it traverses the rules. */
export interface View {
  readonly packet: Packet
  readonly surroundings: Surroundings
  destination: Place
  /** Packet mark; unknown bits are set in `unknownMark`. Both are unsigned. */
  mark: number
  unknownMark: number
  /** Null when a rule may have changed it. */
  state: ConnectionState | null
  /** Whether a rule may have changed the addresses in an unknown way. */
  isRewritten: boolean
}

/** The state before the first rule. */
export const viewOf = (packet: Packet, surroundings: Surroundings): View => ({
  packet,
  surroundings,
  destination: packet.destination,
  mark: 0,
  unknownMark: 0,
  state: packet.state,
  isRewritten: false,
})

/** Protocol numbers by name. */
export const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipencap: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
}
