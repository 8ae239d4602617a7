import * as z from 'zod/mini'
import { parseNetwork } from '../ip.ts'
import { ok, type Reading, unavailable } from '../reading.ts'
import { parseJsonWith } from './parse-json.ts'
import { mostRoutes, type Route } from './route.ts'

const hopSchema = z.object({
  gateway: z.optional(z.string()),
  /** A next hop of the other family. */
  via: z.optional(z.object({ host: z.string() })),
  dev: z.optional(z.string()),
})

const entrySchema = z.extend(hopSchema, {
  dst: z.string(),
  type: z.optional(z.string()),
  table: z.optional(z.string()),
  metric: z.optional(z.number()),
  prefsrc: z.optional(z.string()),
  /** Router preference, which only IPv6 has. */
  pref: z.optional(z.string()),
  nexthops: z.optional(z.array(hopSchema)),
})
type Entry = z.infer<typeof entrySchema>
type Hop = z.infer<typeof hopSchema>

const listSchema = z.array(entrySchema).check(z.maxLength(mostRoutes))

/** Output of `ip -j route show table all`: both families, one route per next hop. */
export function parseIpRoute(text: string): Reading<Route[]> {
  const entries = parseJsonWith(listSchema, { text, what: '`ip -j route`' })
  if (entries.status !== 'ok') return entries
  const routes = entries.value.map(toRoutes)
  return routes.every(route => route !== null)
    ? ok(routes.flat())
    : unavailable('malformed', '`ip -j route` names a destination that is no network')
}

function toRoutes(entry: Entry): Route[] | null {
  const family = familyOf(entry)
  const destination = entry.dst === 'default' ? (family === 4 ? '0.0.0.0/0' : '::/0') : entry.dst
  const network = parseNetwork(destination)
  if (!network) return null
  const hops: readonly Hop[] = entry.nexthops?.length ? entry.nexthops : [entry]
  return hops.map(hop => ({
    family,
    destination: destination.includes('/') ? destination : `${destination}/${network.prefix}`,
    gateway: hop.gateway ?? hop.via?.host ?? null,
    device: hop.dev ?? null,
    metric: entry.metric ?? 0,
    table: entry.table ?? 'main',
    type: entry.type ?? 'unicast',
  }))
}

/** A default route does not state its family; IPv6 is recognised by a preference or an address with colons. */
function familyOf({ dst, pref, gateway, prefsrc, nexthops = [] }: Entry): 4 | 6 {
  const addresses = [dst, gateway, prefsrc, ...nexthops.map(hop => hop.gateway)]
  return pref !== undefined || addresses.some(address => address?.includes(':')) ? 6 : 4
}
