import * as z from 'zod/mini'
import { mapReading, type Reading } from '../reading.ts'
import { parseJsonWith } from './parse-json.ts'

/** An address of a neighbour on a link. */
export const neighbourSchema = z.object({
  address: z.string(),
  device: z.string(),
  mac: z.nullable(z.string()),
  /** `permanent`, `reachable`, `stale`, `delay`, `probe`, `failed`, `incomplete`, …; `complete` where only /proc told. */
  state: z.string(),
})
export type Neighbour = z.infer<typeof neighbourSchema>

/** Maximum number of neighbours; the kernel's default limit is 1,024. */
export const mostNeighbours = 65_536

const listSchema = z
  .array(
    z.object({
      dst: z.string(),
      dev: z.optional(z.string()),
      lladdr: z.optional(z.string()),
      state: z.optional(z.array(z.string())),
    }),
  )
  .check(z.maxLength(mostNeighbours))

/** Output of `ip -j neigh`, of both families. Source: iproute2 6.1. */
export const parseIpNeigh = (text: string): Reading<Neighbour[]> =>
  mapReading(parseJsonWith(listSchema, { text, what: '`ip -j neigh`' }), entries =>
    entries.map(({ dst, dev = '', lladdr = null, state }) => ({
      address: dst,
      device: dev,
      mac: lladdr,
      state: state?.[0]?.toLowerCase() ?? 'none',
    })),
  )
