import * as z from 'zod/mini'
import { definePart } from '../part.ts'
import { unavailable } from '../reading.ts'

/** Pod sandboxes in every state: one that is not ready still owns its address. */
export const sandboxesSchema = z.object({
  sandboxes: z.array(
    z.object({
      /** The CNI container id: 64 hex digits. */
      id: z.string(),
      pod: z.object({
        namespace: z.string(),
        name: z.string(),
        uid: z.string(),
      }),
      ready: z.boolean(),
      /** RFC 3339. */
      createdAt: z.string(),
    }),
  ),
})
export type Sandboxes = z.infer<typeof sandboxesSchema>

export const sandboxes = definePart<Sandboxes>({
  schema: sandboxesSchema,
  collect: async () => unavailable('unsupported', ''),
})
