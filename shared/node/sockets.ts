import * as z from 'zod/mini'
import { findSocketOwners } from '../discovery/socket-owners.ts'
import { type Listener, parseProcSockets } from '../formats/proc-net-sockets.ts'
import type { Host } from '../host.ts'
import { limits } from '../limits.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading } from '../reading.ts'

/** Sockets of the host's network namespace that wait for peers. */
export const socketsSchema = z.object({
  listeners: z.array(
    z.object({
      protocol: z.enum(['tcp', 'udp']),
      family: z.union([z.literal(4), z.literal(6)]),
      /** `0.0.0.0` and `::` are all addresses; `::` of TCP mostly takes IPv4 too. */
      address: z.string(),
      port: z.number(),
      uid: z.number(),
      /** `missing` for a socket of the kernel itself, such as that of an overlay. */
      owner: readingOf(z.object({ pid: z.number(), name: z.string() })),
    }),
  ),
  /** False where a table was longer than is read, or not recorded: there may be more listeners. */
  complete: z.boolean(),
})
export type Sockets = z.infer<typeof socketsSchema>

export const sockets = definePart<Sockets>({
  schema: socketsSchema,
  collect: async host => {
    const tables = await Promise.all(files.map(file => readTable(host, file)))
    const unread = tables.find(table => !isOk(table) && !isAbsent(table))
    if (unread && !isOk(unread)) return unread
    const [first] = tables
    if (first && !isOk(first) && !tables.some(isOk)) return first
    const read = tables.flatMap(table => (isOk(table) ? [table.value] : []))
    const listeners = read.flatMap(table => table.listeners).slice(0, mostListeners)
    const owners = await findSocketOwners(host, new Set(listeners.map(({ inode }) => inode).filter(Boolean)))
    return ok({
      listeners: listeners.map(({ inode, ...listener }) => ({ ...listener, owner: owners.of(inode) })),
      complete: hasAll(tables) && read.every(({ complete }) => complete) && listeners.length < mostListeners,
    })
  },
})

const mostListeners = 8192

/** Recordings may hold some of the tables: then they are what there is. */
const isAbsent = (table: Reading<Table>): boolean =>
  !isOk(table) && (table.reason === 'missing' || table.reason === 'not-recorded')

/** A kernel may lack IPv6, and nothing else. */
const hasAll = (tables: readonly Reading<Table>[]): boolean =>
  tables.every((table, index) => isOk(table) || (isMissing(table) && files[index]?.path.endsWith('6')))

/** Each of IPv4 before that of IPv6, which a kernel may lack. */
const files = [
  { path: '/proc/net/tcp', protocol: 'tcp' },
  { path: '/proc/net/tcp6', protocol: 'tcp' },
  { path: '/proc/net/udp', protocol: 'udp' },
  { path: '/proc/net/udp6', protocol: 'udp' },
] as const

interface Table {
  readonly listeners: readonly Listener[]
  readonly complete: boolean
}

/** The kernel lists listeners of TCP before connections, so that a table that is cut still holds all of them. */
async function readTable(host: Host, { path, protocol }: (typeof files)[number]): Promise<Reading<Table>> {
  const content = await host.read(path, { maxBytes: limits.commandBytes, keep: 'head' })
  if (!isOk(content)) return content
  const isCut = content.value.truncated !== null
  const listeners = parseProcSockets(new TextDecoder().decode(content.value.bytes), { protocol, isCut })
  if (!isOk(listeners)) return listeners
  return ok({ listeners: listeners.value, complete: !isCut || protocol === 'tcp' })
}
