import { formatAddress } from '../ip.ts'
import { ok, type Reading, unavailable } from '../reading.ts'
import { mostRoutes, type Route } from './route.ts'

/**
 * Parses /proc/net/ipv6_route, which mixes all tables without their names. Local, anycast and multicast entries belong
 * to table `local`; the rest is taken for `main`, because policy tables cannot be distinguished.
 */
export function parseProcIpv6Route(text: string): Reading<Route[]> {
  const lines = text.split('\n', mostRoutes).filter(line => line.trim() !== '')
  const routes = lines.map(readLine)
  return routes.every(route => route !== null)
    ? ok(routes.filter(route => route !== 'down'))
    : unavailable('malformed', '/proc/net/ipv6_route is no table of routes')
}

/** Flags of linux/ipv6_route.h and linux/route.h. */
const flag = { up: 0x1, gateway: 0x2, reject: 0x200, anycast: 0x0010_0000, local: 0x8000_0000 } as const

const line6 =
  /^(?<to>[0-9a-f]{32}) (?<length>[0-9a-f]{2}) [0-9a-f]{32} [0-9a-f]{2} (?<via>[0-9a-f]{32}) (?<metric>[0-9a-f]{8}) [0-9a-f]{8} [0-9a-f]{8} (?<flags>[0-9a-f]{8}) +(?<device>\S+)\s*$/

function readLine(line: string): Route | 'down' | null {
  const groups = line6.exec(line)?.groups
  if (!groups) return null
  const { to = '', length = '', via = '', metric = '', flags = '', device = '' } = groups
  const bits = Number.parseInt(flags, 16)
  const prefix = Number.parseInt(length, 16)
  if (prefix > 128) return null
  const type = typeOf(bits, to)
  if (isNoRoute(type, metric) || (type !== 'unreachable' && (bits & flag.up) === 0)) return 'down'
  return {
    family: 6,
    destination: `${address(to)}/${prefix}`,
    gateway: (bits & flag.gateway) === 0 ? null : address(via),
    device,
    metric: Number.parseInt(metric, 16),
    table: type === 'unicast' || type === 'unreachable' ? 'main' : 'local',
    type,
  }
}

/** The kernel lists its internal "no route" entry, which `ip` does not show. */
const isNoRoute = (type: string, metric: string): boolean => type === 'unreachable' && metric === 'ffffffff'

function typeOf(bits: number, to: string): string {
  if ((bits & flag.local) !== 0) return 'local'
  if ((bits & flag.anycast) !== 0) return 'anycast'
  if ((bits & flag.reject) !== 0) return 'unreachable'
  return to.startsWith('ff') ? 'multicast' : 'unicast'
}

const address = (hex: string): string => formatAddress({ family: 6, value: BigInt(`0x${hex}`) })
