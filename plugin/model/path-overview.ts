import { isOk } from '../../shared/reading.ts'
import type { NodeSnapshot } from '../../shared/snapshot.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { type Landscape, landscapeOf, type PathState, pathsFrom } from './node-paths.ts'
import { mapPodNetworks } from './pod-network-map.ts'
import { describeRoute } from './route-text.ts'

/** The way from one node to the pods of another. */
export interface PathRow {
  readonly from: string
  readonly to: string
  readonly range: string
  /** As `ip route` prints it; null without one. */
  readonly route: string | null
  readonly state: PathState | 'not-read'
}

/** Maximum number of rows of each kind; failing paths come first. */
const most = 1000

/** Pairs of nodes, failing ones first, or a sentence on why there are none. */
export function describePaths({ cluster, nodes }: Snapshot, name: string | null): readonly PathRow[] | string {
  if (!isOk(cluster.nodes)) return cluster.nodes.detail
  const map = mapPodNetworks({ ...cluster, nodes: cluster.nodes.value })
  if (map.ranges.length === 0)
    return 'no node has a range of its own for pods: they have addresses of the cloud or one network for all'
  const landscape = landscapeOf(cluster.nodes.value, map)
  const table: Table = { failing: [], unread: [], well: [] }
  for (const node of nodes) if (name === null || node.name === name) addNode(table, node, landscape)
  return [...table.failing, ...table.unread, ...table.well]
}

interface Table {
  readonly failing: PathRow[]
  readonly unread: PathRow[]
  readonly well: PathRow[]
}

function addNode({ failing, unread, well }: Table, node: NodeSnapshot, landscape: Landscape): void {
  const why = whyUnread(node)
  if (node.status !== 'read' || why !== null) {
    unread.push({ from: node.name, to: '*', range: '*', route: why, state: 'not-read' })
    return
  }
  for (const { from, range, route, state } of pathsFrom(node.name, node.parts, landscape)) {
    const isWell = state === 'ok' || (state === 'default' && landscape.map.isRoutedByCloud)
    const rows = isWell ? well : failing
    const row = { from, to: range.node, range: range.cidr, route: route && describeRoute(route) }
    if (rows.length < most) rows.push({ ...row, state: isWell ? 'ok' : state })
  }
}

function whyUnread(node: NodeSnapshot): string | null {
  if (node.status !== 'read') return node.why
  return isOk(node.parts.routes) ? null : node.parts.routes.detail
}
