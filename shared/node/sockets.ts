import * as z from 'zod/mini'
import { readListeners } from '../discovery/listeners.ts'
import { findSocketOwners } from '../discovery/socket-owners.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, ok } from '../reading.ts'

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
    const read = await readListeners(host)
    if (!isOk(read)) return read
    const { listeners, complete } = read.value
    const owners = await findSocketOwners(host, new Set(listeners.map(({ inode }) => inode).filter(Boolean)))
    return ok({
      listeners: listeners.map(({ inode, ...listener }) => ({ ...listener, owner: owners.of(inode) })),
      complete,
    })
  },
})
