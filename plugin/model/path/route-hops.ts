import type { Address } from '../../../shared/ip.ts'
import { formatAddress } from '../../../shared/ip.ts'
import { isOk, valueOr } from '../../../shared/reading.ts'
import { isOnLink, type Landscape, landscapeOf, type Path, pathTo } from '../node-paths.ts'
import { mapPodNetworks, rangeHolding } from '../pod-network-map.ts'
import { describeRoute } from '../route-text.ts'
import { type Hop, hop, type Step } from './hop.ts'
import { linkOn, routeOn } from './node-view.ts'
import type { PathNode, PathScene } from './scene.ts'

interface Leg {
  readonly scene: PathScene
  readonly step: Step
  /** The node that looks the route up, with what was read of it. */
  readonly node: string
  readonly parts: PathNode
  readonly to: Address
  /** Node where the address is; null outside of the cluster. */
  readonly end: string | null
  readonly from: Address
}

/** A node's route to one end, and whether it is right. */
export function routeHop(leg: Leg): Hop {
  const { node, parts, to, from, step } = leg
  const told = { step, place: node } as const
  const answer = routeOn(parts, { to, from })
  if (answer === null) {
    const why = isOk(parts.routes) ? '' : parts.routes.detail
    return hop('not-looked-at', { ...told, text: `routes were not read: ${why}` })
  }
  const at = `${node}: ip route get ${formatAddress(to)}`
  if (answer.kind === 'none') {
    const evidence = [{ at, observed: 'no route', expected: `a way to ${leg.end ?? 'it'}` }]
    return hop('blocked', { ...told, evidence, text: `there is no route to ${formatAddress(to)}`, code: 'RTE001' })
  }
  if (answer.kind === 'refused') {
    const text = `a route of type ${answer.by} refuses ${formatAddress(to)}`
    return hop('blocked', { ...told, evidence: [{ at, observed: answer.by }], text, code: 'RTE001' })
  }
  const [way] = answer.ways
  const observed = describeRoute(way)
  const device = linkOn(parts, way.device)
  if (isOk(parts.links) && way.device !== null && !device)
    return lost(told, { at, observed, why: 'which is not there' })
  if (device?.state === 'down') return lost(told, { at, observed, why: 'which is down' })
  const isDefault = answer.network.prefix === 0
  if (leg.end === leg.node) return atHome(leg, { at, observed, isDefault })
  return leg.end === null
    ? hop('ok', { ...told, text: observed })
    : between(leg, { at, observed, prefix: answer.network.prefix })
}

type Told = Pick<Hop, 'step' | 'place'>
interface Seen {
  readonly at: string
  readonly observed: string
}

const lost = (told: Told, { at, observed, why }: Seen & { readonly why: string }): Hop =>
  hop('blocked', { ...told, evidence: [{ at, observed }], text: `its route is ${observed}, ${why}`, code: 'RTE002' })

/** A packet to a pod on the node itself must not leave the node. */
function atHome({ step, node, to }: Leg, { at, observed, isDefault }: Seen & { readonly isDefault: boolean }): Hop {
  if (!isDefault) return hop('ok', { step, place: node, text: `${formatAddress(to)} is ${observed}` })
  const text = `${formatAddress(to)} is on this node, and only the default route takes it`
  return hop('blocked', { step, place: node, evidence: [{ at, observed }], text, code: 'RTE002' })
}

/** To another node: judged like its pod range, if it has one with the address. */
function between(leg: Leg, { at, observed, prefix }: Seen & { readonly prefix: number }): Hop {
  const { scene, node, parts, to, from, end, step } = leg
  const landscape = landscapeIn(scene)
  const range = rangeHolding(landscape.map.ranges, to)
  const told = { step, place: node } as const
  if (!range || range.node !== end) {
    const isOpen = prefix === 0 && !landscape.map.isRoutedByCloud && !isNodeAddress(to, scene)
    const doubt = isOpen ? ': which node that range belongs to, and whether the router knows it, is not known' : ''
    return hop(isOpen ? 'not-looked-at' : 'ok', { ...told, text: `${formatAddress(to)} is ${observed}${doubt}` })
  }
  const path = pathTo(node, { range, packet: { to, from } }, { tables: parts, landscape })
  if (path.state === 'ok' || (path.state === 'default' && landscape.map.isRoutedByCloud))
    return hop('ok', { ...told, text: `${range.cidr} of ${end} is ${observed}` })
  const evidence = [{ at, observed, expected: `a way to ${end} (${range.source})` }]
  if (path.state === 'foreign' && prefix > range.network.prefix) {
    const text = `${formatAddress(to)} is ${observed}, which takes a part of ${range.cidr} of ${end}`
    return hop('blocked', { ...told, evidence, code: 'RTE003', text })
  }
  const doubt = doubtOf(path, leg, landscape)
  if (doubt) return hop('not-looked-at', { ...told, evidence, text: doubt })
  const code = path.state === 'default' || path.state === 'kept' ? 'RTE001' : 'RTE002'
  return hop('blocked', {
    ...told,
    evidence,
    code,
    text: `${range.cidr} of ${end} is ${observed}: ${faults[path.state]?.(path)}`,
  })
}

/** Node addresses are routed by the machines' own network. */
const isNodeAddress = (address: Address, { cluster }: PathScene): boolean =>
  valueOr(cluster.nodes, []).some(node => node.addresses.some(own => own.address === formatAddress(address)))

const faults: Partial<Record<Path['state'], (path: Path) => string>> = {
  default: ({ range }) => `only a router is asked, which is not ${range.node}`,
  kept: () => 'it never leaves the node',
  'other-node': ({ owner }) => `the next hop is ${owner}`,
  nobody: () => 'the next hop is nobody’s address',
  'device-gone': () => 'the device is not there',
  'device-down': () => 'the device is down',
}

/** A router, or another program's device, may know the way. */
function doubtOf({ state, route, range }: Path, { parts, scene }: Leg, { map }: Landscape): string | null {
  const way = route ? describeRoute(route) : 'no route'
  if (state === 'foreign')
    return `${range.cidr} is ${way}, a device that no pod network made: where it leads is not known`
  if (state !== 'default' || (['flannel', 'kindnet', 'kube-router'] as const).some(id => map.products.has(id)))
    return null
  const peer = valueOr(scene.cluster.nodes, []).find(({ name }) => name === range.node)
  const link = linkOn(parts, route?.device ?? null)
  if (peer && link && isOnLink(link, peer)) return null
  return `${range.cidr} is ${way}: whether that router knows the pods of ${range.node} is not known`
}

function landscapeIn({ cluster }: PathScene): Landscape {
  const nodes = valueOr(cluster.nodes, [])
  return landscapeOf(nodes, mapPodNetworks({ ...cluster, nodes }))
}
