import { iptablesChains } from '../../plugin/model/packet-filter/iptables-chains.ts'
import type { Packet, Place, Surroundings } from '../../plugin/model/packet-filter/packet.ts'
import { type Verdict, walk } from '../../plugin/model/packet-filter/walk.ts'
import { parseIptablesSave } from '../../shared/formats/iptables-save.ts'
import { parseAddress } from '../../shared/ip.ts'

/** An address with a port, as `10.244.1.2:80`; without a port for the rest. */
export function place(text: string): Place {
  const [address = '', port] = text.split(':')
  const parsed = parseAddress(address)
  if (!parsed) throw new Error(`${text} is no address`)
  return { address: parsed, port: port === undefined ? null : Number(port) }
}

/** The first packet of a TCP connection through the node, from one pod to another. */
export const packet = (change: Partial<Packet> = {}): Packet => ({
  source: place('10.244.1.2:40000'),
  destination: place('10.244.2.3:80'),
  protocol: 'tcp',
  path: 'forward',
  input: 'cni0',
  output: 'eth0',
  state: 'NEW',
  ...change,
})

/** A node with these addresses and no ipsets. */
export const surroundings = (...own: readonly string[]): Surroundings => ({
  isLocal: address => (own.some(text => place(text).address.value === address.value) ? 'yes' : 'no'),
  ipset: () => null,
})

/** What iptables does with a packet, by what iptables-save printed. */
export const walkSaved = (text: string, sent: Packet, around: Surroundings = surroundings()): Verdict =>
  walk(iptablesChains(parseIptablesSave(text), 'iptables-nft'), { packet: sent, surroundings: around })
