import * as z from 'zod/mini'
import { readListeners } from '../discovery/listeners.ts'
import { findSocketOwners } from '../discovery/socket-owners.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, ok } from '../reading.ts'

/** Listening sockets in the host's network namespace. */
export const socketsSchema = z.object({
  listeners: z.array(
    z.object({
      protocol: z.enum(['tcp', 'udp']),
      family: z.union([z.literal(4), z.literal(6)]),
      /** `0.0.0.0` and `::` mean all addresses; `::` of TCP usually includes IPv4. */
      address: z.string(),
      port: z.number(),
      uid: z.number(),
      /** `missing` for a socket of the kernel itself, such as an overlay's. */
      owner: readingOf(z.object({ pid: z.number(), name: z.string() })),
    }),
  ),
  /** False when a table was truncated or not recorded, so that there may be more. */
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
