import * as z from 'zod/mini'
import { listProcesses } from '../discovery/processes.ts'
import { definePart } from '../part.ts'
import { isOk, ok, unavailable } from '../reading.ts'

/** Processes of the host that are relevant to its network. */
const processesSchema = z.object({
  processes: z.array(
    z.object({
      pid: z.number(),
      /** `comm`, at most 15 characters. */
      name: z.string(),
      /** Values of secret flags are hidden. */
      args: z.array(z.string()),
      /** State letter, such as `T` for stopped; absent when unread. */
      state: z.optional(z.string()),
    }),
  ),
})
export type Processes = z.infer<typeof processesSchema>

export const processes = definePart<Processes>({
  schema: processesSchema,
  collect: async host => {
    const found = await listProcesses(host)
    if (!isOk(found)) return found
    if (!found.value.complete) return unavailable('not-recorded', 'the recording holds only some processes')
    return ok({ processes: found.value.processes.map(process => ({ ...process, args: [...process.args] })) })
  },
})
