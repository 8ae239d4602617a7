import * as z from 'zod/mini'
import { readProcRoutes, runIpRoutes } from '../discovery/routes.ts'
import { routeSchema } from '../formats/route.ts'
import { definePart } from '../part.ts'
import { isOk, ok } from '../reading.ts'

/**
 * Routes of all tables from `ip`, otherwise of the main table from /proc/net. A route with several next hops is several
 * rows.
 */
const routesSchema = z.object({
  routes: z.array(routeSchema),
  /** False when only /proc/net was read: no policy tables, one next hop per route, few types. */
  complete: z.boolean(),
})
export type Routes = z.infer<typeof routesSchema>

export const routes = definePart<Routes>({
  schema: routesSchema,
  collect: async host => {
    const all = await runIpRoutes(host)
    if (isOk(all)) return ok({ routes: all.value, complete: true })
    const read = await readProcRoutes(host)
    return isOk(read) ? ok({ routes: read.value, complete: false }) : read
  },
})
