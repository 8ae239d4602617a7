import * as z from 'zod/mini'
import { parseIpRoute } from '../formats/ip-route.ts'
import { parseProcIpv6Route } from '../formats/proc-ipv6-route.ts'
import { parseProcRoute } from '../formats/proc-route.ts'
import { type Route, routeSchema } from '../formats/route.ts'
import type { Host } from '../host.ts'
import { limits } from '../limits.ts'
import { definePart } from '../part.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../reading.ts'
import { oneLine, readText } from '../text.ts'

/** Routes of all tables where `ip` could tell, else of the main table from /proc/net. A route of several hops is several rows. */
const routesSchema = z.object({
  routes: z.array(routeSchema),
  /** False where only /proc/net was read: no policy tables, one hop per route, few types. */
  complete: z.boolean(),
})
export type Routes = z.infer<typeof routesSchema>

export const routes = definePart<Routes>({
  schema: routesSchema,
  collect: async host => {
    const all = await runIp(host)
    if (isOk(all)) return ok({ routes: all.value, complete: true })
    const read = await readProc(host)
    return isOk(read) ? ok({ routes: read.value, complete: false }) : read
  },
})

async function runIp(host: Host): Promise<Reading<Route[]>> {
  const result = await host.run('ip-route')
  if (!isOk(result)) return result
  const { exitCode, stdout, stderr } = result.value
  return exitCode === 0 ? parseIpRoute(stdout) : unavailable('failed', `ip route exits ${exitCode}: ${oneLine(stderr)}`)
}

/** Routes of both families; a kernel without IPv6 has none of them. */
async function readProc(host: Host): Promise<Reading<Route[]>> {
  const text4 = await readText(host, '/proc/net/route', { maxBytes: limits.commandBytes })
  const routes4 = isOk(text4) ? parseProcRoute(text4.value) : text4
  if (!isOk(routes4)) return routes4
  const text6 = await readText(host, '/proc/net/ipv6_route', { maxBytes: limits.commandBytes })
  const routes6 = isOk(text6) ? parseProcIpv6Route(text6.value) : text6
  if (isMissing(routes6)) return routes4
  return isOk(routes6) ? ok([...routes4.value, ...routes6.value]) : routes6
}
