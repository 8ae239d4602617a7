import type { Address } from '../../../shared/ip.ts'
import type { Truth } from './truth.ts'

export type ConnectionState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED'

/** An address with a port; the port is null for protocols without one, or when it does not matter. */
export interface Place {
  readonly address: Address
  readonly port: number | null
}

/** The first packet of a connection, or one of a connection that is known, as it comes to a node. */
export interface Packet {
  readonly source: Place
  readonly destination: Place
  /** What the destination becomes where services are resolved; absent for a packet that keeps it. */
  readonly translated?: Place
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'sctp'
  /** Through the node, to it, or from it. */
  readonly path: 'forward' | 'input' | 'output'
  /** Device by which it comes and goes; null when that is not known. A path without one does not ask for it. */
  readonly input: string | null
  readonly output: string | null
  readonly state: ConnectionState
  /** True for one that a bridge only passes on, which rules see where br_netfilter hands it to them. */
  readonly isBridged?: boolean
}

/** What a set of addresses says of a packet, by the directions (`src`, `dst`) of its parts. */
export type SetQuestion = (view: View, directions: readonly string[]) => Truth

/** What rules ask of the node itself. */
export interface Surroundings {
  /** Whether an address is the node's own. */
  readonly isLocal: (address: Address) => Truth
  /** An ipset by its name; null when there is none or it was not read. */
  readonly ipset: (name: string) => SetQuestion | null
}

/** A packet on its way: what changes while rules see it. */
export interface View {
  readonly packet: Packet
  readonly surroundings: Surroundings
  destination: Place
  /** Bits that are not known stand in `unknownMark`. Both are unsigned. */
  mark: number
  unknownMark: number
  /** Null when a rule may have changed it. */
  state: ConnectionState | null
  /** True where a rule may have changed addresses in a way that is not known. */
  isRewritten: boolean
}

/** The packet before the first rule. */
export const viewOf = (packet: Packet, surroundings: Surroundings): View => ({
  packet,
  surroundings,
  destination: packet.destination,
  mark: 0,
  unknownMark: 0,
  state: packet.state,
  isRewritten: false,
})

/** Numbers of protocols as rules may name them. Source: /etc/protocols. */
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
