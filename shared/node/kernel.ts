import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

/** Identity of the running system. */
export const kernelSchema = z.object({
  /** `uname -r`. */
  release: readingOf(z.string()),
  hostname: readingOf(z.string()),
  /** Random id of this boot, from `/proc/sys/kernel/random/boot_id`. */
  bootId: readingOf(z.string()),
  uptimeSeconds: readingOf(z.number()),
  /** `ID`, `VERSION_ID` and `PRETTY_NAME` of os-release(5). */
  os: readingOf(
    z.object({
      id: z.string(),
      version: z.nullable(z.string()),
      name: z.string(),
    }),
  ),
})
export type Kernel = z.infer<typeof kernelSchema>

export const kernel = definePart<Kernel>({
  schema: kernelSchema,
  collect: async () => unavailable('unsupported', ''),
})
