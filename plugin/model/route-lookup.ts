import type { PolicyRule } from '../../shared/formats/ip-rule.ts'
import type { Route } from '../../shared/formats/route.ts'
import { type Address, contains, type Network, parseNetwork } from '../../shared/ip.ts'
import type { Routes } from '../../shared/node/routes.ts'
import type { Rules } from '../../shared/node/rules.ts'
import type { Reading } from '../../shared/reading.ts'
import { memoise } from './memo.ts'
import { type Packet, rulesFor } from './policy-rules.ts'

/** Where the kernel sends a packet. */
export type RouteAnswer =
  /** All ways of one route: several where it has several next hops; `rule` is the one that led to its table. */
  | {
      readonly kind: 'found'
      readonly network: Network
      readonly ways: readonly [Route, ...Route[]]
      readonly rule?: PolicyRule
    }
  /** A route or a rule that refuses: `blackhole`, `unreachable`, `prohibit`. */
  | { readonly kind: 'refused'; readonly by: string; readonly route: Route | null; readonly rule?: PolicyRule }
  | { readonly kind: 'none' }

/**
 * Looks a packet up as the kernel does: policy rules by priority, in each table the longest prefix and there the least
 * metric; `throw` goes on with the next rule. Rules that were not read are taken for the kernel's own three.
 */
export function lookUpRoute(routes: Routes, rules: Reading<Rules> | null, packet: Packet): RouteAnswer {
  const tables = indexOf(routes)
  for (const rule of rulesFor(packet, rules)) {
    const { action, table } = rule
    if (refusals.has(action)) return { kind: 'refused', by: action, route: null, rule }
    const answer =
      action === 'lookup' ? searchTable(tables.get(keyOf(packet.to.family, table ?? 'main')), packet.to) : null
    if (answer) return { ...answer, rule }
  }
  return { kind: 'none' }
}

const refusals = new Set(['blackhole', 'unreachable', 'prohibit'])

/** Routes of one prefix length by their first address. */
interface Level {
  readonly prefix: number
  readonly routes: Map<bigint, { readonly network: Network; ways: [Route, ...Route[]] }>
}
type Table = readonly Level[]

const keyOf = (family: 4 | 6, table: string) => `${family} ${table}`

/** One index of each node for all its lookups: what it takes grows with its routes, not with the pairs of nodes. */
const indexOf = memoise(({ routes }: Routes): ReadonlyMap<string, Table> => {
  const tables = new Map<string, Map<number, Level>>()
  for (const route of routes) {
    const network = parseNetwork(route.destination)
    if (network) addRoute(levelOf(tables, keyOf(route.family, route.table), network.prefix), network, route)
  }
  return new Map([...tables].map(([key, levels]) => [key, [...levels.values()].sort((a, b) => b.prefix - a.prefix)]))
})

function levelOf(tables: Map<string, Map<number, Level>>, key: string, prefix: number): Level {
  const levels = tables.get(key) ?? new Map<number, Level>()
  tables.set(key, levels)
  const level = levels.get(prefix) ?? { prefix, routes: new Map() }
  levels.set(prefix, level)
  return level
}

/** Of several routes to one prefix the least metric counts; equal ones are the ways of one route. */
function addRoute({ routes }: Level, network: Network, route: Route): void {
  const known = routes.get(network.first)
  if (!known || route.metric < known.ways[0].metric) routes.set(network.first, { network, ways: [route] })
  else if (route.metric === known.ways[0].metric) known.ways.push(route)
}

type Hit = Exclude<RouteAnswer, { kind: 'none' }>

/** Null where the next rule is asked. */
function searchTable(table: Table | undefined, to: Address): Hit | null {
  const width = to.family === 4 ? 32 : 128
  for (const { prefix, routes } of table ?? []) {
    const free = BigInt(width - prefix)
    const hit = routes.get((to.value >> free) << free)
    if (hit && contains(hit.network, to)) return answerOf(hit)
  }
  return null
}

function answerOf({ network, ways }: { network: Network; ways: readonly [Route, ...Route[]] }): Hit | null {
  const [{ type }] = ways
  if (type === 'throw') return null
  return refusals.has(type) ? { kind: 'refused', by: type, route: ways[0] } : { kind: 'found', network, ways }
}
