import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

const countersSchema = z.record(z.string(), z.number())

/** Connection tracking of the host's network namespace. A kernel without it has `missing` facts. */
export const conntrackSchema = z.object({
  count: readingOf(z.number()),
  max: readingOf(z.number()),
  buckets: readingOf(z.number()),
  /** Sums over all CPUs by the kernel's column names (`insert_failed`, `drop`, …), each modulo 2^32. */
  counters: readingOf(countersSchema),
  /** The same again, `afterMs` later. */
  later: readingOf(
    z.object({
      afterMs: z.number(),
      count: z.nullable(z.number()),
      counters: countersSchema,
    }),
  ),
})
export type Conntrack = z.infer<typeof conntrackSchema>

export const conntrack = definePart<Conntrack>({
  schema: conntrackSchema,
  collect: async () => unavailable('unsupported', ''),
})
