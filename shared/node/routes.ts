import * as z from 'zod/mini'
import { definePart } from '../part.ts'
import { unavailable } from '../reading.ts'

/** Routes of all tables where `ip` could tell, else of the main table from /proc/net. */
export const routesSchema = z.object({
  routes: z.array(
    z.object({
      family: z.union([z.literal(4), z.literal(6)]),
      /** `0.0.0.0/0` and `::/0` for a default route. */
      destination: z.string(),
      gateway: z.nullable(z.string()),
      device: z.nullable(z.string()),
      metric: z.number(),
      /** `main`, `local`, or another table's name or number. */
      table: z.string(),
      /** `unicast`, `blackhole`, `unreachable`, `prohibit`, `local`, … */
      type: z.string(),
    }),
  ),
  complete: z.boolean(),
})
export type Routes = z.infer<typeof routesSchema>

export const routes = definePart<Routes>({
  schema: routesSchema,
  collect: async () => unavailable('unsupported', ''),
})
