import { isOk } from '../../../shared/reading.ts'
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

/** Parts of a node that tell which packets get through it. */
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

/** Parts of the cluster that tell which packets those are. */
export const trafficParts = ['nodes', 'pods', 'services', 'endpointSlices'] as const
export type TrafficInput = Pick<ClusterParts, (typeof trafficParts)[number]>

/** A packet of a cluster that works, and what stops it. */
export interface Blockade {
  readonly journey: Journey
  readonly verdict: Verdict
  readonly by: Origin
  readonly owner: Owner
  /** The end of FORWARD; a rule that stops whatever none before has accepted; or one, or a policy, of another kind. */
  readonly kind: 'forward-policy' | 'barrier' | 'rule'
}

/** What was tried on a node. */
export interface Tried {
  readonly blockades: readonly Blockade[]
  /** Verdicts of all packets, by what they are for. */
  readonly tried: readonly { readonly journey: Journey; readonly verdict: Verdict }[]
  /** Why packets that seem to pass may not; null when all is known. */
  readonly unknown: string | null
}

interface Input {
  readonly node: string
  readonly parts: FilterInput
  readonly cluster: TrafficInput
}

/** Sends the packets of a cluster that works through the rules of one node; of one kind of rules only where `backend` says so. */
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

/** Why nothing can be tried, or what with. */
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
    services: isOk(services) ? services.value : [],
    slices,
    routes: parts.routes.value,
    isBridgeFiltered: isBridgeFiltered(parts),
    ports: requiredPortsOn({ node, parts, cluster }),
  }
}

/** Ports of a node that other nodes need, as far as what tells of them was read. */
export function requiredPortsOn({ node, parts, cluster }: Input): readonly RequiredPort[] {
  const { nodes, endpointSlices } = cluster
  return requiredPorts({
    overlays: parts.overlays,
    configs: configsInUse(parts, cluster, node),
    slices: isOk(endpointSlices) ? endpointSlices.value : [],
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
  const { by, hook } = verdict
  if (!by || (verdict.verdict !== 'drop' && verdict.verdict !== 'reject')) return []
  const owner = ownerOf(by)
  // Cilium takes packets of its pods past these rules.
  if (isOfCluster(owner) || journey.packet.output?.startsWith('cilium_')) return []
  return [{ journey, verdict, by, owner, kind: kindOf(by, owner, hook) }]
}

/** Network policies and services without endpoints are meant to stop packets. */
const isOfCluster = ({ role }: Owner): boolean => role === 'service-proxy' || role === 'policy'

function kindOf(by: Origin, owner: Owner, hook: Verdict['hook']): Blockade['kind'] {
  if (by.kind === 'policy') return hook === 'forward' ? 'forward-policy' : 'rule'
  const isLate = hook === 'forward' || hook === 'input' || hook === 'output'
  return isLate && (by.isCatchAll || owner.role === 'firewall') ? 'barrier' : 'rule'
}

/** A packet whose end cannot be told, for another reason than what the cluster itself decides or what is known to stop others. */
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
