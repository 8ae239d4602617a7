import * as z from 'zod/mini'
import { listProcesses } from '../discovery/processes.ts'
import { definePart } from '../part.ts'
import { mapReading } from '../reading.ts'

/** Processes of the host that matter to its network, by the name of their program. */
export const processesSchema = z.object({
  processes: z.array(
    z.object({
      pid: z.number(),
      /** `comm`, at most 15 characters. */
      name: z.string(),
      /** Values of flags that hold secrets are hidden. */
      args: z.array(z.string()),
    }),
  ),
})
export type Processes = z.infer<typeof processesSchema>

export const processes = definePart<Processes>({
  schema: processesSchema,
  collect: async host =>
    mapReading(await listProcesses(host), found => ({
      processes: found.map(process => ({ ...process, args: [...process.args] })),
    })),
})
