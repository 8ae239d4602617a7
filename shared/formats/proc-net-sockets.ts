import { type Address, formatAddress } from '../ip.ts'
import { ok, type Reading, unavailable } from '../reading.ts'

/** A listening socket. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp'
  readonly family: 4 | 6
  /** `0.0.0.0` and `::` mean all addresses. */
  readonly address: string
  readonly port: number
  /** User id of its owner. */
  readonly uid: number
  /** Inode of the socket, which process descriptors refer to. */
  readonly inode: number
}

/** A table with more lines exceeds the size limit anyway. */
const mostLines = 200_000

const line =
  /^\s*\d+: (?<address>[0-9A-F]{8}|[0-9A-F]{32}):(?<port>[0-9A-F]{4}) [0-9A-F]{8,32}:[0-9A-F]{4} (?<state>[0-9A-F]{2}) [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ [0-9A-F]+\s+(?<uid>\d{1,10})\s+\d{1,20}\s+(?<inode>\d{1,15})(?: |$)/

/** TCP_LISTEN, and TCP_CLOSE, which is the state of a UDP socket without a peer. */
const waiting = { tcp: '0A', udp: '07' } as const

/**
 * Listeners in /proc/net/{tcp,udp}{,6}. Addresses are words in host byte order, assumed little-endian. The last line of
 * a truncated table is left out. Source: Documentation/networking/proc_net_tcp.rst.
 */
export function parseProcSockets(
  text: string,
  { protocol, isCut = false }: { protocol: 'tcp' | 'udp'; isCut?: boolean },
): Reading<Listener[]> {
  const [header = '', ...lines] = text.split('\n', mostLines)
  if (!/^\s*sl +local_address/.test(header)) return unavailable('malformed', 'the list of sockets has no header')
  const whole = (isCut ? lines.slice(0, -1) : lines).filter(each => each.trim() !== '')
  const listeners: Listener[] = []
  for (const each of whole) {
    const groups = line.exec(each)?.groups
    if (!groups) return unavailable('malformed', 'a line of the list of sockets is none')
    if (groups.state === waiting[protocol]) listeners.push(toListener(groups, protocol))
  }
  return ok(listeners)
}

function toListener(groups: Readonly<Record<string, string>>, protocol: 'tcp' | 'udp'): Listener {
  const { address: hexadecimal = '', port = '', uid = '', inode = '' } = groups
  const address = toAddress(hexadecimal)
  return {
    protocol,
    family: address.family,
    address: formatAddress(address),
    port: Number.parseInt(port, 16),
    uid: Number(uid),
    inode: Number(inode),
  }
}

function toAddress(hexadecimal: string): Address {
  const words = hexadecimal.match(/.{8}/g) ?? []
  const bytes = words.flatMap(word => (word.match(/../g) ?? []).reverse())
  return { family: words.length === 1 ? 4 : 6, value: BigInt(`0x${bytes.join('')}`) }
}
