import * as z from 'zod/mini'
import { parseReply, statusReplySchema, versionReplySchema } from '../formats/cri.ts'
import { readRuntimeCni, runtimeCniSchema } from '../formats/runtime-status.ts'
import { definePart } from '../part.ts'
import { isOk, ok } from '../reading.ts'

/** The container runtime as it reports itself (CRI Version and verbose Status). */
const runtimeSchema = z.object({
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
  /** Its CNI state; null when it reports none (CRI-O, old ones). */
  cni: z.nullable(runtimeCniSchema),
})
export type Runtime = z.infer<typeof runtimeSchema>

export const runtime = definePart<Runtime>({
  schema: runtimeSchema,
  collect: async host => {
    const [versionReply, statusReply] = await Promise.all([host.cri('version'), host.cri('status')])
    const version = isOk(versionReply) ? parseReply(versionReplySchema, versionReply.value) : versionReply
    if (!isOk(version)) return version
    const status = isOk(statusReply) ? parseReply(statusReplySchema, statusReply.value) : statusReply
    if (!isOk(status)) return status
    return ok({
      name: version.value.runtimeName,
      version: version.value.runtimeVersion,
      conditions: status.value.status.conditions,
      cni: readRuntimeCni(status.value),
    })
  },
})
