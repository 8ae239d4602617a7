import { formatAddress } from '../ip.ts'
import { ok, type Reading, unavailable } from '../reading.ts'
import { mostRoutes, type Route } from './route.ts'

/**
 * Parses /proc/net/route: IPv4, main table only, first next hop only. Numbers are hexadecimal in host byte order, which
 * the masks reveal: only in the right order are all of them contiguous.
 */
export function parseProcRoute(text: string): Reading<Route[]> {
  const [header, ...lines] = text.split('\n', mostRoutes).filter(line => line.trim() !== '')
  const rows = lines.map(readRow)
  if (!header?.startsWith('Iface') || !rows.every(row => row !== null)) return malformed
  const masks = rows.map(row => row.mask)
  if (masks.every(mask => prefixOf(swap(mask)) !== null)) return ok(rows.filter(isUp).map(row => toRoute(row, swap)))
  if (masks.every(mask => prefixOf(mask) !== null)) return ok(rows.filter(isUp).map(row => toRoute(row, keep)))
  return malformed
}

const malformed = unavailable('malformed', '/proc/net/route is no table of routes')

interface Row {
  readonly device: string
  readonly destination: number
  readonly gateway: number
  readonly flags: number
  readonly metric: number
  readonly mask: number
}

/** Flags of linux/route.h. */
const flag = { up: 0x1, gateway: 0x2, reject: 0x200 } as const

const hex = /^[0-9A-Fa-f]{8}$/

function readRow(line: string): Row | null {
  const [device = '', destination = '', gateway = '', flags = '', , , metric = '', mask = ''] = line.trim().split(/\s+/)
  if (![destination, gateway, mask].every(word => hex.test(word))) return null
  if (!/^[0-9A-Fa-f]{4,8}$/.test(flags) || !/^-?\d{1,10}$/.test(metric)) return null
  return {
    device,
    destination: Number.parseInt(destination, 16),
    gateway: Number.parseInt(gateway, 16),
    flags: Number.parseInt(flags, 16),
    // The kernel prints an unsigned metric as signed.
    metric: Number(metric) >>> 0,
    mask: Number.parseInt(mask, 16),
  }
}

const isUp = (row: Row): boolean => (row.flags & flag.up) !== 0

const keep = (value: number): number => value
const swap = (value: number): number =>
  (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0

/** Length of a contiguous mask, or null. */
function prefixOf(mask: number): number | null {
  const host = ~mask >>> 0
  return (host & (host + 1)) === 0 ? Math.clz32(host) : null
}

function toRoute({ device, destination, gateway, flags, metric, mask }: Row, order: (value: number) => number): Route {
  const address = (value: number) => formatAddress({ family: 4, value: BigInt(order(value)) })
  return {
    family: 4,
    destination: `${address(destination)}/${prefixOf(order(mask)) ?? 0}`,
    gateway: (flags & flag.gateway) === 0 ? null : address(gateway),
    device: device === '*' ? null : device,
    metric,
    table: 'main',
    type: (flags & flag.reject) !== 0 ? 'unreachable' : device === '*' ? 'blackhole' : 'unicast',
  }
}
