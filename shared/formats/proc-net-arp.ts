import { parseAddress } from '../ip.ts'
import { ok, type Reading, unavailable } from '../reading.ts'
import { mostNeighbours, type Neighbour } from './ip-neigh.ts'

/** /proc/net/arp: IPv4 neighbours, with flags for their state. Source: net/ipv4/arp.c. */
export function parseProcArp(text: string): Reading<Neighbour[]> {
  const [header = '', ...lines] = text.split('\n', mostNeighbours)
  const neighbours = lines.filter(line => line.trim() !== '').map(readLine)
  return header.startsWith('IP address') && neighbours.every(neighbour => neighbour !== null)
    ? ok(neighbours)
    : unavailable('malformed', '/proc/net/arp is no table of neighbours')
}

function readLine(line: string): Neighbour | null {
  const [address = '', , flags = '', mac = '', , device = ''] = line.trim().split(/\s+/)
  if (!parseAddress(address) || !/^0x[0-9a-f]{1,8}$/.test(flags) || device === '') return null
  const state = stateOf(Number.parseInt(flags, 16))
  return { address, device, mac: state === 'incomplete' ? null : mac, state }
}

/** ATF_PERM and ATF_COM of linux/if_arp.h. */
const stateOf = (flags: number): string => {
  if ((flags & 0x4) !== 0) return 'permanent'
  return (flags & 0x2) !== 0 ? 'complete' : 'incomplete'
}
