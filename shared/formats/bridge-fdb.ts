import * as z from 'zod/mini'
import { mapReading, type Reading } from '../reading.ts'
import { parseJsonWith } from './parse-json.ts'

/** Where frames to a MAC address go: to a bridge port, or through a tunnel to another host. */
export const forwardingEntrySchema = z.object({
  mac: z.string(),
  device: z.string(),
  /** The bridge that the device belongs to. */
  bridge: z.nullable(z.string()),
  /** The host at the far end of a tunnel. */
  remote: z.nullable(z.string()),
  /** The overlay's id, on a device with several. */
  overlayId: z.nullable(z.number()),
  vlan: z.nullable(z.number()),
  /** `permanent`, `static`, `stale`, `reachable`, …; empty where the kernel says none. */
  state: z.string(),
})
type ForwardingEntry = z.infer<typeof forwardingEntrySchema>

/** Ten thousand peers with some addresses each. */
const mostEntries = 65_536

const listSchema = z
  .array(
    z.object({
      mac: z.string(),
      ifname: z.string(),
      master: z.optional(z.string()),
      dst: z.optional(z.string()),
      vni: z.optional(z.number()),
      vlan: z.optional(z.number()),
      state: z.optional(z.string()),
    }),
  )
  .check(z.maxLength(mostEntries))

/** Output of `bridge -j fdb`. Source: iproute2 6.1. */
export const parseBridgeFdb = (text: string): Reading<ForwardingEntry[]> =>
  mapReading(parseJsonWith(listSchema, { text, what: '`bridge -j fdb`' }), entries =>
    entries.map(entry => ({
      mac: entry.mac,
      device: entry.ifname,
      bridge: entry.master ?? null,
      remote: entry.dst ?? null,
      overlayId: entry.vni ?? null,
      vlan: entry.vlan ?? null,
      state: entry.state ?? '',
    })),
  )
