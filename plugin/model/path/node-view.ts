import { type Address, formatAddress } from '../../../shared/ip.ts'
import type { Link } from '../../../shared/node/links.ts'
import { isMissing, isOk, valueOr } from '../../../shared/reading.ts'
import type { ComponentId } from '../components.ts'
import { cniComponentsOf } from '../components.ts'
import { internalAddress } from '../pod-network-map.ts'
import { lookUpRoute, type RouteAnswer } from '../route-lookup.ts'
import type { PathNode, PathScene } from './scene.ts'

interface Question {
  readonly to: Address
  readonly from?: Address
  readonly incoming?: string | null
}

/** A node's route for a packet; null when its routes were not read. */
export const routeOn = ({ routes, rules }: PathNode, question: Question): RouteAnswer | null =>
  isOk(routes) ? lookUpRoute(routes.value, rules, question) : null

/** The device towards an address; null without a route. */
export function deviceOn(parts: PathNode, to: Address): string | null {
  const answer = routeOn(parts, { to })
  return answer?.kind === 'found' ? answer.ways[0].device : null
}

/** A node's device by name. */
export const linkOn = ({ links }: PathNode, name: string | null): Link | undefined =>
  isOk(links) ? links.value.links.find(link => link.name === name) : undefined

/** Whether the rules see packets between ports of a bridge; null when unread. */
export function asksBridgeRules({ sysctls }: PathNode, family: 4 | 6): boolean | null {
  const key = `net/bridge/bridge-nf-call-${family === 4 ? 'iptables' : 'ip6tables'}`
  const value = isOk(sysctls) ? sysctls.value.values[key] : undefined
  if (value === undefined) return null
  return isOk(value) ? value.value.trim() !== '0' : isMissing(value) ? false : null
}

/** Whether the kernel forwards packets; null when unread. */
export function forwards({ sysctls }: PathNode, family: 4 | 6): boolean | null {
  const key = family === 4 ? 'net/ipv4/ip_forward' : 'net/ipv6/conf/all/forwarding'
  const value = isOk(sysctls) ? sysctls.value.values[key] : undefined
  return value !== undefined && isOk(value) ? value.value.trim() !== '0' : null
}

/** Display names of products whose pod traffic bypasses the kernel's rules. */
const ownWays: Partial<Record<ComponentId, string>> = {
  cilium: 'Cilium',
  antrea: 'Antrea',
  'ovn-kubernetes': 'OVN-Kubernetes',
  'kube-ovn': 'Kube-OVN',
}

/** The product whose pod traffic bypasses the nodes' rules; null without one. */
export function ownWayIn({ cluster }: PathScene): string | null {
  const [name] = valueOr(cluster.pods, []).flatMap(pod => cniComponentsOf(pod).flatMap(id => ownWays[id] ?? []))
  return name ?? null
}

/** A node's address of this family. */
export function nodeAddress({ cluster }: PathScene, name: string | null, family: 4 | 6): Address | null {
  const node = valueOr(cluster.nodes, []).find(node => node.name === name)
  return node ? internalAddress(node, family) : null
}

/** Whether two addresses are equal. */
export const isSameAddress = (a: Address, b: Address): boolean => formatAddress(a) === formatAddress(b)
