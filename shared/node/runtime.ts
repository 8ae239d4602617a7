import * as z from 'zod/mini'
import { definePart } from '../part.ts'
import { unavailable } from '../reading.ts'

/** The container runtime by its own word (CRI Version and Status, verbose). */
export const runtimeSchema = z.object({
  name: z.string(),
  version: z.string(),
  conditions: z.array(
    z.object({
      type: z.string(),
      status: z.boolean(),
      reason: z.string(),
      message: z.string(),
    }),
  ),
  /** What it says of CNI; null where it does not (CRI-O, old ones). */
  cni: z.nullable(
    z.object({
      configDirectory: z.nullable(z.string()),
      binaryDirectories: z.array(z.string()),
      /** How many files it loads; 0 means all. */
      maxConfigs: z.nullable(z.number()),
      /** Networks in memory, without the runtime's own loopback. */
      networks: z.array(z.object({ name: z.string(), types: z.array(z.string()) })),
      /** `OK`, or the error of the last attempt to load. */
      loadStatus: z.nullable(z.string()),
    }),
  ),
})
export type Runtime = z.infer<typeof runtimeSchema>

export const runtime = definePart<Runtime>({
  schema: runtimeSchema,
  collect: async () => unavailable('unsupported', ''),
})
