import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

const reservationSchema = z.object({
  /** The file's name: an address in canonical text. */
  address: z.string(),
  /** First line of the file: id of the sandbox; empty when a crash left an empty file. */
  containerId: z.string(),
  /** Second line; plugins before 0.8 wrote none. */
  interfaceName: z.nullable(z.string()),
  mtime: z.nullable(z.string()),
  inode: z.nullable(z.number()),
})

const storeSchema = z.object({
  /** `<dataDir>/<network>`. */
  path: z.string(),
  network: z.string(),
  reservations: z.array(reservationSchema),
  /** Names that are no address and none of host-local's own files, and files that could not be read. */
  strays: z.array(z.object({ name: z.string(), why: z.string() })),
  /** Reservations that exist but were not read because there are too many. */
  omitted: z.number(),
})

/** Reservations of the host-local IPAM plugin. Source: containernetworking/plugins, host-local/backend/disk. */
export const hostLocalSchema = z.object({
  /** By data directory; `missing` where nothing was ever reserved. */
  roots: z.array(z.object({ path: z.string(), stores: readingOf(z.array(storeSchema)) })),
})
export type HostLocal = z.infer<typeof hostLocalSchema>
export type HostLocalStore = z.infer<typeof storeSchema>
export type Reservation = z.infer<typeof reservationSchema>

export const hostLocal = definePart<HostLocal>({
  schema: hostLocalSchema,
  collect: async () => unavailable('unsupported', ''),
})
