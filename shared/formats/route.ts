import * as z from 'zod/mini'

/** One next hop of a route; a route with several next hops is several of these. */
export const routeSchema = z.object({
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
})
export type Route = z.infer<typeof routeSchema>

/** Longer tables are rejected as malformed; a node of a large cluster has a few thousand routes. */
export const mostRoutes = 100_000
