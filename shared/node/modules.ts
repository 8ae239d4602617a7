import * as z from 'zod/mini'
import { definePart } from '../part.ts'
import { unavailable } from '../reading.ts'

/** Kernel modules of interest. A built-in one may be absent here although its function is there. */
export const modulesSchema = z.object({
  states: z.record(z.string(), z.enum(['present', 'absent', 'unknown'])),
})
export type Modules = z.infer<typeof modulesSchema>

export const modules = definePart<Modules>({
  schema: modulesSchema,
  collect: async () => unavailable('unsupported', ''),
})
