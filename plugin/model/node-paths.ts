import type { PolicyRule } from '../../shared/formats/ip-rule.ts'
import type { Route } from '../../shared/formats/route.ts'
import { type Address, contains, type Network, parseNetwork } from '../../shared/ip.ts'
import type { Link, Links } from '../../shared/node/links.ts'
import type { Routes } from '../../shared/node/routes.ts'
import type { Rules } from '../../shared/node/rules.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import { memoise } from './memo.ts'
import { addressOwners, internalAddress, type PodNetworkMap, type PodRange } from './pod-network-map.ts'
import { isStandardRule, type Packet } from './policy-rules.ts'
import { lookUpRoute, type RouteAnswer } from './route-lookup.ts'

/** Judgement of a node's route to another node's pod range. */
export type PathState =
  | 'ok'
  /** Only the default route matches, or a wider route to a router. */
  | 'default'
  | 'none'
  | 'refused'
  /** It stays on the node: on its own bridge, or at a local address. */
  | 'kept'
  /** The next hop is another node. */
  | 'other-node'
  /** The next hop is an unknown address, although the target node is on the same link. */
  | 'nobody'
  | 'device-gone'
  | 'device-down'
  /** It leads to a device that belongs to no pod network. */
  | 'foreign'

/** The route of one node to one range. */
export interface Path {
  readonly from: string
  readonly range: PodRange
  readonly state: PathState
  readonly route: Route | null
  /** The added policy rule to blame: it refuses, or leads to a table that does, and without it the way is right. */
  readonly rule?: PolicyRule
  /** The node with the next hop's address, if it is another one. */
  readonly owner: string | null
}

interface Tables {
  readonly routes: Reading<Routes>
  readonly rules: Reading<Rules>
  readonly links: Reading<Links>
}

/** Data for judging paths; built once for all pairs. */
export interface Landscape {
  readonly map: PodNetworkMap
  readonly owners: ReadonlyMap<string, string>
  readonly byName: ReadonlyMap<string, ApiNode>
}

/** Builds the data for judging paths. */
export const landscapeOf = (nodes: readonly ApiNode[], map: PodNetworkMap): Landscape => ({
  map,
  owners: addressOwners(nodes),
  byName: new Map(nodes.map(node => [node.name, node])),
})

/** Yields the paths of one node to the ranges of all others; nothing when its routes were not read. */
export function* pathsFrom(from: string, tables: Tables, landscape: Landscape): Generator<Path> {
  if (!isOk(tables.routes)) return
  const own = landscape.map.ranges.find(range => range.node === from)
  for (const range of landscape.map.ranges) {
    if (range.node === from) continue
    const { first, last, family } = range.network
    const to: Address = { family, value: last - first > 1n ? first + 1n : first }
    const source = own && own.network.family === family ? { family, value: own.network.first + 1n } : null
    yield pathTo(from, { range, packet: { to, from: source } }, { tables, landscape })
  }
}

interface Aim {
  readonly range: PodRange
  /** A packet to an address of that range. */
  readonly packet: Packet
}

interface Ground {
  readonly tables: Tables
  readonly landscape: Landscape
}

/** The path of one packet to an address of another node's range. Tables that were not read have no route. */
export function pathTo(from: string, aim: Aim, ground: Ground): Path {
  const { routes, rules } = ground.tables
  const answer: RouteAnswer = isOk(routes) ? lookUpRoute(routes.value, rules, aim.packet) : { kind: 'none' }
  const path = judgeAnswer(from, { ...aim, answer }, ground)
  if (path.state === 'ok' || answer.kind === 'none' || !isOk(routes) || !answer.rule) return path
  if (isStandardRule(answer.rule)) return path
  const plain = judgeAnswer(from, { ...aim, answer: lookUpRoute(routes.value, null, aim.packet) }, ground)
  return plain.state === 'ok' || path.route === null ? { ...path, rule: answer.rule } : path
}

function judgeAnswer(from: string, { range, answer }: Aim & { answer: RouteAnswer }, ground: Ground): Path {
  const { tables, landscape } = ground
  const none: Path = { from, range, state: 'none', route: null, owner: null }
  if (answer.kind === 'none') return none
  if (answer.kind === 'refused') return { ...none, state: 'refused', route: answer.route }
  const devices = devicesOf(tables.links)
  const judge = (route: Route) => judgeWay(route, answer.network, { from, range, devices, landscape })
  const [way, ...others] = answer.ways
  return worst([judge(way), ...others.map(judge)])
}

/** Null where devices were not read. */
type Devices = ReadonlyMap<string, Link> | null

const devicesOf = (links: Reading<Links>): Devices => (isOk(links) ? byName(links.value) : null)

const byName = memoise(({ links }: Links) => new Map(links.map(link => [link.name, link])))

/** Of several next hops, a failing one loses its share of the packets. */
const worst = (paths: readonly [Path, ...Path[]]): Path => paths.find(({ state }) => state !== 'ok') ?? paths[0]

interface Context {
  readonly from: string
  readonly range: PodRange
  readonly devices: Devices
  readonly landscape: Landscape
}

function judgeWay(route: Route, network: Network, context: Context): Path {
  const { from, range } = context
  const { state, owner = null } = stateOf(route, network, context)
  return { from, range, route, state, owner }
}

function stateOf(route: Route, network: Network, context: Context): { state: PathState; owner?: string } {
  const { range, devices, landscape } = context
  if (network.prefix === 0) return { state: 'default' }
  if (route.type !== 'unicast') return { state: 'kept' }
  const device = route.device === null ? undefined : devices?.get(route.device)
  if (devices && route.device !== null && !device) return { state: 'device-gone' }
  if (device && /down$/.test(device.state ?? '')) return { state: 'device-down' }
  const owner = route.gateway === null ? undefined : landscape.owners.get(route.gateway)
  if (owner !== undefined && owner !== context.from)
    return owner === range.node ? { state: 'ok' } : { state: 'other-node', owner }
  if (isPodDevice(route.device ?? '')) return { state: keeps(device, route) ? 'kept' : 'ok' }
  if (route.gateway !== null) return { state: stateOfRouter(network, device, context) }
  return { state: keeps(device, route) ? 'kept' : isUplink(device, context) ? 'ok' : 'foreign' }
}

/** A next hop that is not a node is a router, unless the target node is on the same link. */
function stateOfRouter(network: Network, device: Link | undefined, { range, landscape, from }: Context): PathState {
  const self = landscape.byName.get(from)
  const isOurs = device === undefined || self === undefined || holdsAddressOf(device, self)
  if (network.prefix < range.network.prefix) return isOurs ? 'default' : 'foreign'
  if (!isOurs) return 'foreign'
  const peer = landscape.byName.get(range.node)
  return device && peer && isOnLink(device, peer) ? 'nobody' : 'ok'
}

const isUplink = (device: Link | undefined, { from, landscape }: Context): boolean => {
  const self = landscape.byName.get(from)
  return device === undefined || self === undefined || holdsAddressOf(device, self)
}

/** Whether the device has the node's own address. */
export const holdsAddressOf = ({ addresses }: Link, node: ApiNode): boolean =>
  node.addresses.some(({ address }) => addresses.some(own => own.replace(/\/\d+$/, '') === address))

/** Whether the other node is on the device's link. */
export const isOnLink = ({ addresses }: Link, peer: ApiNode): boolean =>
  addresses.some(text => {
    const network = parseNetwork(text)
    const address = network ? internalAddress(peer, network.family) : null
    return network !== null && address !== null && contains(network, address)
  })

/** The next hop that leads to a range: its node's address, or a word in its place. */
export function addressOf({ node, network }: PodRange, { byName }: Landscape): string {
  const peer = byName.get(node)
  const isOurs = peer && internalAddress(peer, network.family)
  return isOurs ? (peer.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '<address>') : '<address>'
}

/** Whether the route is a bridge's own network, so that packets for the other node stay on it. */
const keeps = (device: Link | undefined, route: Route): boolean =>
  route.gateway === null && device?.kind === 'bridge' && /^(?:cni|cbr|kube-bridge)/.test(device.name)

/** Whether a device belongs to a pod network, by name: overlays, their ends and pod bridges. */
export const isPodDevice = (name: string): boolean =>
  /^(?:cni|cbr|kube|flannel|vxlan|tunl|ipip|cali|wireguard\.cali|cilium|lxc|weave|vethwe|antrea|gre_sys|genev|ovn|k8s-|br-int|eni|azv|gke|nodelocaldns|tun-|wg-k|kilo)/.test(
    name,
  )
