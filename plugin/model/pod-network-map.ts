import { type Address, type Network, parseAddress, parseNetwork } from '../../shared/ip.ts'
import { isOk, type Reading, valueOr } from '../../shared/reading.ts'
import type { CalicoBlock } from '../cluster/calico-blocks.ts'
import type { CiliumNode } from '../cluster/cilium-nodes.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { conditionOf } from './api-node.ts'
import { type ComponentId, cniComponentsOf } from './components.ts'

/** A pod range of one node. */
export interface PodRange {
  readonly node: string
  readonly cidr: string
  readonly network: Network
  /** For evidence: the object that gives the range. */
  readonly source: string
}

/** Pod ranges of the nodes, and who routes to them. */
export interface PodNetworkMap {
  /** Sorted by their first address; empty where pods have addresses of the cloud's or one network for all. */
  readonly ranges: readonly PodRange[]
  readonly products: ReadonlySet<ComponentId>
  /** Whether the cloud routes pod traffic, so that the default route leads to pods. */
  readonly isRoutedByCloud: boolean
}

interface Sources {
  readonly nodes: readonly ApiNode[]
  readonly pods: Reading<readonly Pod[]>
  readonly calicoBlocks: Reading<readonly CalicoBlock[]>
  readonly ciliumNodes: Reading<readonly CiliumNode[]>
}

/** Nodes of another system have tables that are not read. */
export function mapPodNetworks(sources: Sources): PodNetworkMap {
  const products = productsIn(sources)
  const isNative = products.has('aws') || products.has('azure')
  const found = isNative || products.has('weave') ? [] : rangesOf(sources, products)
  return {
    ranges: [...found].sort((a, b) => (a.network.first < b.network.first ? -1 : 1)),
    products,
    isRoutedByCloud: isNative || (sources.nodes.some(hasCloudRoutes) && ![...products].some(id => ownRoutes.has(id))),
  }
}

/** Products that write routes to other nodes' pods themselves. */
const ownRoutes = new Set<ComponentId>(['flannel', 'calico', 'cilium', 'kindnet', 'kube-router', 'antrea', 'kube-ovn'])

/** By its pods; k3s and its like hold flannel inside, which writes to the Nodes all the same. */
function productsIn({ nodes, pods }: Sources): ReadonlySet<ComponentId> {
  const byPods = isOk(pods) ? pods.value.flatMap(cniComponentsOf).filter(id => id !== 'multus') : []
  const byNodes = nodes.some(({ annotations }) => flannelBackend(annotations) !== null) ? (['flannel'] as const) : []
  return new Set<ComponentId>([...byPods, ...(byPods.includes('calico') ? [] : byNodes)])
}

/** `vxlan`, `host-gw`, … as flannel writes it to its Node; null elsewhere. */
export const flannelBackend = (annotations: ApiNode['annotations']): string | null =>
  annotations['flannel.alpha.coreos.com/backend-type'] ?? null

/** The route controller of a cloud keeps this condition under these reasons. */
const hasCloudRoutes = (node: ApiNode): boolean =>
  /^(?:NoRouteCreated|RouteCreated)$/.test(conditionOf(node, 'NetworkUnavailable')?.reason ?? '')

function rangesOf({ nodes, pods, calicoBlocks, ciliumNodes }: Sources, products: ReadonlySet<ComponentId>): PodRange[] {
  const blocks = products.has('calico') && isOk(calicoBlocks) ? calicoBlocks.value : []
  if (blocks.length > 0)
    return blocks.flatMap(({ cidr, node, deleted }) =>
      node === null || deleted ? [] : rangeOf(node, cidr, `IPAMBlock of ${node}`),
    )
  const cilium = products.has('cilium') && isOk(ciliumNodes) ? ciliumNodes.value : []
  if (cilium.some(({ podCIDRs }) => podCIDRs.length > 0))
    return cilium.flatMap(({ name, podCIDRs }) => podCIDRs.flatMap(cidr => rangeOf(name, cidr, `CiliumNode ${name}`)))
  // Calico without blocks that were read gives addresses of which nothing is known.
  if (products.has('calico') && !isOk(calicoBlocks) && calicoBlocks.reason !== 'missing') return []
  const used = familiesOf(pods)
  return nodes
    .flatMap(({ name, podCIDRs }) => podCIDRs.flatMap(cidr => rangeOf(name, cidr, `Node ${name}, podCIDRs`)))
    .filter(({ network }) => used.size === 0 || used.has(network.family))
}

/** Families of pods' addresses: a cluster may have ranges of both where its CNI gives addresses of one. */
const familiesOf = (pods: Sources['pods']): ReadonlySet<4 | 6> =>
  new Set(
    valueOr(pods, [])
      .filter(({ hostNetwork }) => !hostNetwork)
      .flatMap(({ ips }) => ips.flatMap(text => parseAddress(text)?.family ?? [])),
  )

function rangeOf(node: string, cidr: string, source: string): PodRange[] {
  const network = parseNetwork(cidr)
  return network ? [{ node, cidr, network, source }] : []
}

/** The range that holds an address, by halving; undefined where none does. */
export function rangeHolding(ranges: readonly PodRange[], { family, value }: Address): PodRange | undefined {
  let [low, high] = [0, ranges.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (!range) return undefined
    const { network } = range
    if (network.family === family && network.first <= value && value <= network.last) return range
    if (network.first > value) high = middle - 1
    else low = middle + 1
  }
  return undefined
}

/** Who has an address: nodes by every address that the API or their overlay's annotations tell. */
export const addressOwners = (nodes: readonly ApiNode[]): ReadonlyMap<string, string> =>
  new Map(nodes.flatMap(node => [...addressesOf(node)].map(address => [address, node.name] as const)))

/** Annotations by which overlays tell a node's own address and that of its tunnel. */
const announced =
  /^(?:projectcalico\.org\/IPv[46](?:Address|IPIPTunnelAddr|VXLANTunnelAddr|WireguardInterfaceAddr)|flannel\.alpha\.coreos\.com\/public-ip(?:v6)?)$/

const addressesOf = ({ addresses, annotations }: ApiNode): ReadonlySet<string> =>
  new Set([
    ...addresses.filter(({ type }) => /IP$/.test(type)).map(({ address }) => address),
    ...Object.entries(annotations).flatMap(([key, value]) =>
      announced.test(key) ? [value.replace(/\/\d+$/, '')] : [],
    ),
  ])

/** The first address of that family by which the other nodes know a node. */
export const internalAddress = ({ addresses }: ApiNode, family: 4 | 6): Address | null =>
  addresses
    .filter(({ type }) => type === 'InternalIP')
    .flatMap(({ address }) => parseAddress(address) ?? [])
    .find(address => address.family === family) ?? null
