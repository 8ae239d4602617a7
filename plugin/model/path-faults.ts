import type { Evidence } from '../../shared/finding.ts'
import { parseAddress } from '../../shared/ip.ts'
import type { Links } from '../../shared/node/links.ts'
import type { Routes } from '../../shared/node/routes.ts'
import type { Rules } from '../../shared/node/rules.ts'
import { isMissing, isOk, type Part, type Reading } from '../../shared/reading.ts'
import type { CalicoBlock } from '../cluster/calico-blocks.ts'
import type { CiliumNode } from '../cluster/cilium-nodes.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Undecided } from '../engine/check.ts'
import { type Landscape, landscapeOf, type Path, pathsFrom } from './node-paths.ts'
import { mapPodNetworks, type PodRange, rangeHolding } from './pod-network-map.ts'
import { ageOf, isLive, minute } from './pods.ts'
import { describeRoute, ruleWords } from './route-text.ts'

/** Faulty paths of one node: the first ones, and their number. */
export interface PathFaults {
  readonly node: string
  readonly shown: readonly Path[]
  readonly count: number
}

interface Tables {
  readonly routes: Part<Routes>
  readonly rules: Part<Rules>
  readonly links: Part<Links>
}

/** Inputs of checks that judge paths. */
export interface PathInput {
  readonly cluster: { readonly nodes: readonly ApiNode[] }
  readonly maybeCluster: {
    readonly pods: Reading<readonly Pod[]>
    readonly calicoBlocks: Reading<readonly CalicoBlock[]>
    readonly ciliumNodes: Reading<readonly CiliumNode[]>
  }
  readonly nodes: ReadonlyMap<string, Tables>
  readonly notRead: ReadonlyMap<string, string>
  readonly takenAt: number
}

const mostShown = 5

/** The pod networks according to the API, and the owners of addresses. */
export const landscapeFor = ({ cluster, maybeCluster }: PathInput): Landscape =>
  landscapeOf(cluster.nodes, mapPodNetworks({ nodes: cluster.nodes, ...maybeCluster }))

/** Faulty paths of every node that was read, to nodes whose pods use addresses of those ranges. */
export function findPathFaults(
  input: PathInput,
  landscape: Landscape,
  isFault: (path: Path) => boolean,
): readonly PathFaults[] {
  const inUse = nodesInUse(input, landscape)
  return [...input.nodes].flatMap(([node, tables]) => {
    if (!inUse.has(node)) return []
    const shown: Path[] = []
    let count = 0
    for (const path of pathsFrom(node, tables, landscape)) {
      if (!inUse.has(path.range.node) || !isFault(path)) continue
      count += 1
      if (count <= mostShown) shown.push(path)
    }
    return count > 0 ? [{ node, shown, count }] : []
  })
}

/** Nodes older than a few minutes of which some pod has an address of their range; all old ones where pods were not read. */
function nodesInUse({ cluster, maybeCluster: { pods }, takenAt }: PathInput, { map }: Landscape): ReadonlySet<string> {
  const old = cluster.nodes.filter(({ createdAt }) => (ageOf(createdAt, takenAt) ?? hour) > 5 * minute)
  const names = new Set(old.map(({ name }) => name))
  if (!isOk(pods)) return names
  const used = pods.value.filter(pod => !pod.hostNetwork && isLive(pod) && ownRange(pod, map.ranges))
  return new Set(used.flatMap(({ node }) => (node !== null && names.has(node) ? [node] : [])))
}

const hour = 60 * minute

const ownRange = ({ node, ips }: Pod, ranges: readonly PodRange[]): boolean =>
  ips.some(ip => {
    const address = parseAddress(ip)
    return address !== null && rangeHolding(ranges, address)?.node === node
  })

/** Unread inputs because of which some paths may be unknown. */
export function undecidedRanges({ cluster, maybeCluster }: PathInput): readonly Undecided[] {
  const { pods, calicoBlocks, ciliumNodes } = maybeCluster
  const { products } = mapPodNetworks({ nodes: cluster.nodes, ...maybeCluster })
  const sources: readonly Reading<unknown>[] = [
    pods,
    ...(products.has('calico') ? [calicoBlocks] : []),
    ...(products.has('cilium') ? [ciliumNodes] : []),
  ]
  return sources.flatMap(source =>
    isOk(source) || isMissing(source)
      ? []
      : [{ nodes: [], why: `which pods and ranges nodes have was not read: ${source.detail}` }],
  )
}

/** Nodes whose routes were not read, with the reason. */
export const undecidedPaths = ({
  nodes,
  notRead,
}: Pick<PathInput, 'notRead'> & {
  readonly nodes: ReadonlyMap<string, { readonly routes: Reading<unknown> }>
}): readonly Undecided[] => [
  ...[...notRead].map(([node, why]) => ({ nodes: [node], why })),
  ...[...nodes].flatMap(([node, { routes }]) => (isOk(routes) ? [] : [{ nodes: [node], why: routes.detail }])),
]

/** Evidence with one line per path. */
export const pathEvidence = (paths: readonly Path[], expected: (path: Path) => string): readonly Evidence[] =>
  paths.map(path => ({
    at: `${path.from}: ip route get ${path.range.cidr.replace(/\/.*$/, '')}`,
    observed: observedOf(path),
    expected: expected(path),
  }))

/** `10.244.1.0/24 of node2, … and 3 more`. */
export function describePeers({ shown, count }: PathFaults): string {
  const named = shown.slice(0, 2).map(({ range }) => `${range.node} (${range.cidr})`)
  return count > named.length ? `${named.join(', ')} and ${count - named.length} more` : named.join(' and ')
}

const observedOf = ({ rule, route }: Path): string =>
  [
    ...(rule ? [`policy rule ${rule.priority}: ${ruleWords(rule)}`] : []),
    ...(route ? [describeRoute(route)] : rule ? [] : ['no route']),
  ].join(' → ')
