import { type Address, parseAddress } from '../../../shared/ip.ts'
import { isOk, type Reading, unavailable } from '../../../shared/reading.ts'
import type { NodeParts, PartName } from '../../../shared/snapshot.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { ClusterPartName, ClusterParts, Snapshot } from '../../engine/snapshot.ts'
import { filterParts } from '../packet-filter/blockades.ts'
import { podKey } from '../pods.ts'

/** Cluster parts needed to follow a connection. */
export const pathClusterParts = [
  ...(['nodes', 'pods', 'services', 'endpointSlices', 'endpoints', 'networkPolicies', 'namespaces'] as const),
  ...(['daemonSets', 'calicoBlocks', 'ciliumNodes'] as const),
] as const satisfies readonly ClusterPartName[]

/** Parts of the nodes at both ends. */
export const pathNodeParts = [
  ...filterParts,
  ...(['rules', 'bridges', 'ipvs', 'kubeProxy', 'processes', 'podNamespaces', 'sockets'] as const),
] as const satisfies readonly PartName[]

export type PathNode = Pick<NodeParts, (typeof pathNodeParts)[number]>

/** Everything needed to follow a connection. */
export interface PathScene {
  readonly cluster: Pick<ClusterParts, (typeof pathClusterParts)[number]>
  readonly nodes: ReadonlyMap<string, Reading<PathNode>>
  /** In ms since the epoch. */
  readonly takenAt: number
}

/** The scene of a snapshot. */
export const sceneOf = ({ cluster, nodes, takenAt }: Snapshot): PathScene => ({
  cluster,
  nodes: new Map(
    nodes.map(node => [
      node.name,
      node.status === 'read'
        ? { status: 'ok', value: node.parts }
        : unavailable('failed', `${node.name} was not read: ${node.why}`),
    ]),
  ),
  takenAt: Date.parse(takenAt),
})

/** The parts of a node, or why they are unknown. */
export function nodeOf({ nodes }: PathScene, name: string | null): Reading<PathNode> {
  if (name === null) return unavailable('missing', 'it is on no node')
  return nodes.get(name) ?? unavailable('not-recorded', `${name} was not read`)
}

/** The parts of nodes that were read. */
export const readNodes = ({ nodes }: PathScene): ReadonlyMap<string, PathNode> =>
  new Map([...nodes].flatMap(([name, reading]) => (isOk(reading) ? [[name, reading.value] as const] : [])))

/** The source of a connection. */
export interface Source {
  /** `pod/shop/web`, or `node/node1`. */
  readonly label: string
  readonly pod: Pod | null
  readonly node: string | null
  /** True for a node, and for a pod on the host's network. */
  readonly isHost: boolean
  readonly addresses: readonly string[]
}

/** One address at which the connection may end. */
export interface Target {
  /** `pod/shop/db-1`, `node/node2`, or the address alone. */
  readonly label: string
  readonly address: Address
  readonly port: number
  readonly pod: Pod | null
  /** Null outside of the cluster. */
  readonly node: string | null
  /** True where the address is that of a node. */
  readonly isHost: boolean
}

/** `TCP`, `UDP` or `SCTP`. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** One connection to one target, with the address that it has on its way. */
export interface Call {
  readonly scene: PathScene
  readonly source: Source
  readonly from: Address
  readonly target: Target
  readonly protocol: Protocol
  /** The service address translated on the source's node; null when the target is addressed directly. */
  readonly front: { readonly address: Address; readonly port: number } | null
}

/** The first of several addresses that belongs to a family. */
export const ofFamily = (texts: readonly string[], family: 4 | 6): Address | null =>
  texts.map(parseAddress).find(address => address?.family === family) ?? null

/** A pod as hops and findings name it. */
export const podLabel = (pod: Pod): string => `pod/${podKey(pod)}`
