import { isOk, valueOr } from '../../../shared/reading.ts'
import type { NodeParts } from '../../../shared/snapshot.ts'
import type { ClusterParts } from '../../engine/snapshot.ts'
import { apiNode } from '../api-node.ts'
import { effectiveConfig, flavourOf } from '../effective-config.ts'
import { type Journey, type JourneySources, journeysOf } from './journeys.ts'
import { nodeFilter } from './node-filter.ts'
import { type Owner, ownerOf } from './owners.ts'
import { type RequiredPort, requiredPorts } from './required-ports.ts'
import type { Backend, Origin } from './rules.ts'
import { type Decision, type Verdict, walk } from './walk.ts'

/** Node parts that show which packets get through. */
export const filterParts = [
  'iptables',
  'nft',
  'ipsets',
  'links',
  'routes',
  'overlays',
  'sysctls',
  'cniConfig',
  'runtime',
] as const
export type FilterInput = Pick<NodeParts, (typeof filterParts)[number]>

/** Cluster parts that show which packets must get through. */
export const trafficParts = ['nodes', 'pods', 'services', 'endpointSlices'] as const
export type TrafficInput = Pick<ClusterParts, (typeof trafficParts)[number]>

/** A packet that a working cluster needs, and what stops it. */
export interface Blockade {
  readonly journey: Journey
  readonly verdict: Verdict
  readonly by: Origin
  readonly owner: Owner
  /**
   * `forward-policy`: the policy of FORWARD. `barrier`: a rule that stops everything not accepted before. `rule`: any
   * other rule or policy.
   */
  readonly kind: 'forward-policy' | 'barrier' | 'rule'
}

/** Results of all packets tried on a node. */
export interface Tried {
  readonly blockades: readonly Blockade[]
  /** The verdict on each packet. */
  readonly tried: readonly { readonly journey: Journey; readonly verdict: Verdict }[]
  /** Why passing packets may still be stopped; null when everything is known. */
  readonly unknown: string | null
}

interface Input {
  readonly node: string
  readonly parts: FilterInput
  readonly cluster: TrafficInput
}

/** Walks the packets that a working cluster needs through the rules of one node, optionally of one backend only. */
export function tryNode({ node, parts, cluster }: Input, backend?: Backend): Tried {
  const sources = sourcesOf({ node, parts, cluster })
  if (typeof sources === 'string') return { blockades: [], tried: [], unknown: sources }
  const all = ([4, 6] as const).map(family => {
    const { chains, surroundings, unread } = nodeFilter(parts, family)
    const own = backend ? chains.filter(chain => chain.backend === backend) : chains
    const tried = journeysOf(sources, family).map(journey => ({
      journey,
      verdict: walk(own, { packet: journey.packet, surroundings }),
    }))
    return { tried, unread: tried.length > 0 ? unread : null }
  })
  const tried = all.flatMap(each => each.tried)
  const unread = all.find(each => each.unread !== null)?.unread
  const blockades = tried.flatMap(blockadesOf)
  return { blockades, tried, unknown: unread ?? doubtOf(tried, new Set(blockades.map(({ by }) => by))) }
}

/** The inputs, or why nothing can be tried. */
function sourcesOf({ node, parts, cluster }: Input): JourneySources | string {
  const { nodes, pods, services, endpointSlices } = cluster
  if (!isOk(nodes)) return nodes.detail
  if (!isOk(pods)) return pods.detail
  if (!isOk(parts.routes)) return parts.routes.detail
  const slices = isOk(endpointSlices) ? endpointSlices.value : []
  return {
    node,
    nodes: nodes.value,
    pods: pods.value,
    services: valueOr(services, []),
    slices,
    routes: parts.routes.value,
    isBridgeFiltered: isBridgeFiltered(parts),
    ports: requiredPortsOn({ node, parts, cluster }),
  }
}

/** Ports of a node that other nodes need, as far as they are known. */
export function requiredPortsOn({ node, parts, cluster }: Input): readonly RequiredPort[] {
  const { nodes, endpointSlices } = cluster
  return requiredPorts({
    overlays: parts.overlays,
    configs: configsInUse(parts, cluster, node),
    slices: valueOr(endpointSlices, []),
    node: apiNode(nodes, node),
  })
}

function isBridgeFiltered({ sysctls }: FilterInput): boolean {
  const value = isOk(sysctls) ? sysctls.value.values['net/bridge/bridge-nf-call-iptables'] : undefined
  return value !== undefined && isOk(value) && value.value.trim() === '1'
}

function configsInUse({ cniConfig, runtime }: FilterInput, { nodes }: TrafficInput, node: string) {
  if (!isOk(cniConfig)) return []
  const flavour = flavourOf(runtime, apiNode(nodes, node))
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour })
  return isOk(effective) ? effective.value.inUse : []
}

function blockadesOf({ journey, verdict }: Tried['tried'][number]): readonly Blockade[] {
  const { by } = verdict
  if (!by || !stops.has(verdict.verdict)) return []
  const owner = ownerOf(by)
  // Cilium's pod traffic bypasses these rules.
  if (isOfCluster(owner) || journey.packet.output?.startsWith('cilium_')) return []
  return [{ journey, verdict, by, owner, kind: kindOf(by, owner, verdict) }]
}

const stops: ReadonlySet<string> = new Set(['drop', 'reject', 'divert'])

/** Rules for policies and for services without endpoints stop packets on purpose. */
const isOfCluster = ({ role }: Owner): boolean => role === 'service-proxy' || role === 'policy'

function kindOf(by: Origin, owner: Owner, { hook, verdict }: Verdict): Blockade['kind'] {
  if (verdict === 'divert') return 'rule'
  if (by.kind === 'policy') return hook === 'forward' ? 'forward-policy' : 'rule'
  const isLate = hook === 'forward' || hook === 'input' || hook === 'output'
  return isLate && (by.isCatchAll || owner.role === 'firewall') ? 'barrier' : 'rule'
}

/** The first packet with an unknown verdict that is explained neither by cluster rules nor by a known blockade. */
function doubtOf(tried: Tried['tried'], known: ReadonlySet<Origin>): string | null {
  for (const { journey, verdict } of tried) {
    const doubt =
      verdict.verdict === 'unknown'
        ? verdict.doubts.find(doubt => isForeign(doubt) && !known.has(doubt.origin))
        : undefined
    if (doubt) return `whether packets ${journey.text} get past "${doubt.origin.text}" cannot be told from the rules`
  }
  return null
}

const isForeign = ({ origin }: Decision): boolean => !isOfCluster(ownerOf(origin))
