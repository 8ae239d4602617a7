import * as z from 'zod/mini'
import { formatAddress, parseAddress } from '../ip.ts'
import { ok, type Reading, unavailable } from '../reading.ts'

const destinationSchema = z.object({
  address: z.string(),
  port: z.number(),
  /** `Masq`, `Route`, `Tunnel` or `Local`. */
  forward: z.string(),
  /** 0 takes no new connections. */
  weight: z.number(),
  active: z.number(),
  inactive: z.number(),
})

/** A virtual service of the kernel and its destinations. */
export const virtualServerSchema = z.object({
  /** `TCP`, `UDP`, `SCTP`, or `FWM` for a packet mark. */
  protocol: z.string(),
  /** Null for a packet mark. */
  address: z.nullable(z.string()),
  port: z.nullable(z.number()),
  mark: z.nullable(z.number()),
  scheduler: z.string(),
  /** Seconds that a client stays with its destination; null without affinity. */
  persistentSeconds: z.nullable(z.number()),
  destinations: z.array(destinationSchema),
  /** Destinations that were not kept. */
  omitted: z.number(),
})
export type VirtualServer = z.infer<typeof virtualServerSchema>

/** Maximum number of services and destinations in total. */
const mostRows = 60_000

/**
 * /proc/net/ip_vs: numbers are hexadecimal with the highest byte first on every machine
 * (`ip_vs_info_seq_show` of the kernel). `omitted` counts services that were not kept.
 */
export function parseIpVs(text: string): Reading<{ servers: VirtualServer[]; omitted: number }> {
  const [title, , , ...lines] = text.split('\n')
  if (!title?.startsWith('IP Virtual Server version ')) return malformed
  const table: Table = { servers: [], last: null, omitted: 0, rows: 0 }
  return lines.every(line => line.trim() === '' || readRow(table, line)) ? ok(summary(table)) : malformed
}

const malformed = unavailable('malformed', '/proc/net/ip_vs is no table of virtual servers')
const summary = ({ servers, omitted }: Table) => ({ servers, omitted })

interface Table {
  readonly servers: VirtualServer[]
  last: VirtualServer | null
  omitted: number
  rows: number
}

function readRow(table: Table, line: string): boolean {
  table.rows += 1
  const words = line.trim().split(/\s+/)
  return words[0] === '->' ? readDestination(table, words.slice(1)) : readServer(table, words)
}

function readServer(table: Table, [protocol = '', place = '', scheduler = '', ...flags]: readonly string[]): boolean {
  const isMark = protocol === 'FWM'
  const end = isMark ? null : readEnd(place)
  if (!/^[A-Z]{1,8}$/.test(protocol) || scheduler === '') return false
  if (isMark ? !/^[0-9A-F]{8}$/.test(place) : end === null) return false
  const persistent = flags.indexOf('persistent')
  const seconds = Number(flags[persistent + 1])
  table.last = {
    protocol,
    address: end?.address ?? null,
    port: end?.port ?? null,
    mark: isMark ? Number.parseInt(place, 16) : null,
    scheduler,
    persistentSeconds: persistent >= 0 && Number.isSafeInteger(seconds) ? seconds : null,
    destinations: [],
    omitted: 0,
  }
  if (table.rows > mostRows) table.omitted += 1
  else table.servers.push(table.last)
  return true
}

function readDestination(table: Table, [place = '', forward = '', ...counts]: readonly string[]): boolean {
  const end = readEnd(place)
  const { last } = table
  if (end === null || last === null || counts.length !== 3 || !counts.every(word => /^-?\d{1,10}$/.test(word)))
    return false
  const [weight = 0, active = 0, inactive = 0] = counts.map(Number)
  if (table.rows > mostRows) last.omitted += 1
  else last.destinations.push({ ...end, forward, weight, active, inactive })
  return true
}

/** `0A600001:01BB` or `[2001:0db8:…]:0035`. */
function readEnd(text: string): { readonly address: string; readonly port: number } | null {
  const found = /^(?:([0-9A-F]{8})|\[([0-9a-f:.]{2,45})\]):([0-9A-F]{4})$/.exec(text)
  if (found === null) return null
  const [, hex, long = '', port = ''] = found
  const address = hex === undefined ? parseAddress(long) : ({ family: 4, value: BigInt(`0x${hex}`) } as const)
  return address && { address: formatAddress(address), port: Number.parseInt(port, 16) }
}
