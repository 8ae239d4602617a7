import { type Listener, parseProcSockets } from '../formats/proc-net-sockets.ts'
import type { Host } from '../host.ts'
import { limits } from '../limits.ts'
import { isMissing, isOk, ok, type Reading } from '../reading.ts'

/** Listening sockets of one network namespace. */
interface Listeners {
  readonly listeners: readonly Listener[]
  /** False when a table was truncated or not recorded, so that there may be more. */
  readonly complete: boolean
  /** The same for TCP only. */
  readonly completeTcp: boolean
}

/** Reads the listeners of TCP and UDP. */
export async function readListeners(host: Host): Promise<Reading<Listeners>> {
  const tables = await Promise.all(files.map(file => readTable(host, file)))
  const unread = tables.find(table => !isOk(table) && !isAbsent(table))
  if (unread && !isOk(unread)) return unread
  const [first] = tables
  if (first && !isOk(first) && !tables.some(isOk)) return first
  const read = tables.flatMap(table => (isOk(table) ? [table.value] : []))
  const listeners = read.flatMap(table => table.listeners).slice(0, mostListeners)
  const isWhole = (some: readonly Reading<Table>[]) =>
    hasAll(some) && some.every(table => !isOk(table) || table.value.complete) && listeners.length < mostListeners
  return ok({ listeners, complete: isWhole(tables), completeTcp: isWhole(tables.slice(0, 2)) })
}

const mostListeners = 8192

type Table = Pick<Listeners, 'listeners' | 'complete'>

/** A recording may contain only some of the tables. */
const isAbsent = (table: Reading<Table>): boolean =>
  !isOk(table) && (table.reason === 'missing' || table.reason === 'not-recorded')

/** A kernel may lack IPv6, and nothing else. */
const hasAll = (tables: readonly Reading<Table>[]): boolean =>
  tables.every((table, index) => isOk(table) || (isMissing(table) && files[index]?.path.endsWith('6')))

/** IPv4 before IPv6, which a kernel may lack. */
const files = [
  { path: '/proc/net/tcp', protocol: 'tcp' },
  { path: '/proc/net/tcp6', protocol: 'tcp' },
  { path: '/proc/net/udp', protocol: 'udp' },
  { path: '/proc/net/udp6', protocol: 'udp' },
] as const

/** The kernel lists TCP listeners before connections, so a truncated table still contains all of them. */
async function readTable(host: Host, { path, protocol }: (typeof files)[number]): Promise<Reading<Table>> {
  const content = await host.read(path, { maxBytes: limits.commandBytes, keep: 'head' })
  if (!isOk(content)) return content
  const isCut = content.value.truncated !== null
  const listeners = parseProcSockets(new TextDecoder().decode(content.value.bytes), { protocol, isCut })
  if (!isOk(listeners)) return listeners
  return ok({ listeners: listeners.value, complete: !isCut || protocol === 'tcp' })
}
