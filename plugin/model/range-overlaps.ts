import type { Route } from '../../shared/formats/route.ts'
import { contains, type Network, overlaps, parseAddress, parseNetwork } from '../../shared/ip.ts'
import type { Links } from '../../shared/node/links.ts'
import type { Routes } from '../../shared/node/routes.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { isPodDevice, type Landscape } from './node-paths.ts'
import { internalAddress, type PodNetworkMap, type PodRange, rangeHolding } from './pod-network-map.ts'
import { uplinks } from './uplinks.ts'

/** A range of the cluster by what it is for. */
export interface NamedRange {
  /** As `Calico's pool default-ipv4-ippool`. */
  readonly name: string
  readonly cidr: string
  readonly network: Network
}

/** A named range; empty when the CIDR is invalid. */
export function namedRange(name: string, cidr: string): NamedRange[] {
  const network = parseNetwork(cidr)
  return network ? [{ name, cidr, network }] : []
}

/** Pairs of ranges of different nodes that have addresses in common, each range with the one before it. */
export function sharedRanges({ ranges }: PodNetworkMap): readonly (readonly [PodRange, PodRange])[] {
  const pairs: (readonly [PodRange, PodRange])[] = []
  const widest: Partial<Record<4 | 6, PodRange>> = {}
  for (const range of ranges) {
    const { family, last } = range.network
    const before = widest[family]
    if (before && before.node !== range.node && overlaps(before.network, range.network)) pairs.push([before, range])
    if (!before || last > before.network.last) widest[family] = range
  }
  return pairs
}

/** Nodes whose own address is in a range that is meant for pods or services. */
export const nodesWithin = (network: Network, nodes: readonly ApiNode[]): readonly ApiNode[] =>
  nodes.filter(node => {
    const address = internalAddress(node, network.family)
    return address !== null && contains(network, address)
  })

/** Addresses that are in a range. */
export const addressesWithin = (network: Network, addresses: readonly string[]): readonly string[] =>
  addresses.filter(text => {
    const address = parseAddress(text)
    return address !== null && contains(network, address)
  })

/** A route of a host that takes a part of a range away from the pods. */
export interface Intruder {
  readonly route: Route
  readonly range: PodRange
}

/**
 * Routes by devices that no pod network made, narrower than the range of the pods that they lie in; of another node's
 * range also those that take all of it without a next hop, as a bridge of something else does.
 */
export function intrudersAmong(
  { node, routes: all, links }: { node: string; routes: Routes; links: Reading<Links> | undefined },
  { map, owners }: Landscape,
): readonly Intruder[] {
  const veths = vethsOf(links)
  const ways = new Set([...uplinks(all, 4), ...uplinks(all, 6)])
  return all.routes.flatMap(route => {
    const { table, type, device, gateway } = route
    if (refusals.has(type)) return refusedPart(node, route, map.ranges)
    if (table !== 'main' || type !== 'unicast' || device === null || isPodDevice(device)) return []
    if (gateway !== null && owners.has(gateway)) return []
    const network = parseNetwork(route.destination)
    const range = network ? rangeHolding(map.ranges, { family: network.family, value: network.first }) : undefined
    if (!network || !range) return []
    const isOwnPod = range.node === node && gateway === null && isHostRoute(network) && veths.has(device)
    if (isOwnPod) return []
    const isWhole =
      network.prefix === range.network.prefix && range.node !== node && gateway === null && !ways.has(device)
    return network.prefix > range.network.prefix || isWhole ? [{ route, range }] : []
  })
}

const refusals = new Set(['blackhole', 'unreachable', 'prohibit'])

/** A part of another node's range; daemons of routes refuse what is left of a range of the node's own. */
function refusedPart(node: string, route: Route, ranges: readonly PodRange[]): readonly Intruder[] {
  const network = parseNetwork(route.destination)
  const range = network ? rangeHolding(ranges, { family: network.family, value: network.first }) : undefined
  const isPart = network && range && range.node !== node && network.prefix > range.network.prefix
  return isPart && route.table === 'main' ? [{ route, range }] : []
}

/** Plugins without a bridge, such as `ptp`, give each pod a route of its own by its end of a veth pair. */
const vethsOf = (links: Reading<Links> | undefined): { readonly has: (device: string) => boolean } => {
  const known = new Set(links && isOk(links) ? links.value.links.filter(isVeth).map(({ name }) => name) : [])
  return { has: device => known.has(device) || device.startsWith('veth') }
}

const isVeth = ({ kind }: Links['links'][number]): boolean => kind === 'veth'

const isHostRoute = ({ family, prefix }: Network): boolean => prefix === (family === 4 ? 32 : 128)

/** Routes that share addresses with a network, but those of its own devices and the default route. */
export const routesOver = ({ routes }: Routes, { network }: NamedRange, ownDevice: RegExp): readonly Route[] =>
  routes.filter(({ table, type, device, destination }) => {
    if (table !== 'main' || type !== 'unicast' || destination.endsWith('/0') || ownDevice.test(device ?? ''))
      return false
    const other = parseNetwork(destination)
    return other !== null && overlaps(other, network)
  })
