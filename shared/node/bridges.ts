import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

/** Linux bridges with their ports. Only the bridge's own promiscuous flag means anything: ports always have it. */
export const bridgesSchema = z.object({
  bridges: z.array(
    z.object({
      name: z.string(),
      promiscuous: readingOf(z.boolean()),
      ports: z.array(z.object({ name: z.string(), hairpin: readingOf(z.boolean()) })),
    }),
  ),
})
export type Bridges = z.infer<typeof bridgesSchema>

export const bridges = definePart<Bridges>({
  schema: bridgesSchema,
  collect: async () => unavailable('unsupported', ''),
})
