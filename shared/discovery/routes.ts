import { parseIpRoute } from '../formats/ip-route.ts'
import { parseProcIpv6Route } from '../formats/proc-ipv6-route.ts'
import { parseProcRoute } from '../formats/proc-route.ts'
import type { Route } from '../formats/route.ts'
import type { Host } from '../host.ts'
import { limits } from '../limits.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../reading.ts'
import { oneLine, readText } from '../text.ts'

/** Routes of all tables as `ip` prints them. */
export async function runIpRoutes(host: Host): Promise<Reading<Route[]>> {
  const result = await host.run('ip-route')
  if (!isOk(result)) return result
  const { exitCode, stdout, stderr } = result.value
  return exitCode === 0 ? parseIpRoute(stdout) : unavailable('failed', `ip route exits ${exitCode}: ${oneLine(stderr)}`)
}

/** Routes of the main table of both families from /proc/net; a kernel without IPv6 has none for it. */
export async function readProcRoutes(host: Host): Promise<Reading<Route[]>> {
  const text4 = await readText(host, '/proc/net/route', { maxBytes: limits.commandBytes })
  const routes4 = isOk(text4) ? parseProcRoute(text4.value) : text4
  if (!isOk(routes4)) return routes4
  const text6 = await readText(host, '/proc/net/ipv6_route', { maxBytes: limits.commandBytes })
  const routes6 = isOk(text6) ? parseProcIpv6Route(text6.value) : text6
  if (isMissing(routes6)) return routes4
  return isOk(routes6) ? ok([...routes4.value, ...routes6.value]) : routes6
}
