import type { Bridges } from '../../shared/node/bridges.ts'
import type { CniConfig } from '../../shared/node/cni-config.ts'
import type { KubeProxy } from '../../shared/node/kube-proxy.ts'
import type { Links } from '../../shared/node/links.ts'
import type { Processes } from '../../shared/node/processes.ts'
import type { Runtime } from '../../shared/node/runtime.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { apiNode } from './api-node.ts'
import { effectiveConfig, flavourOf } from './effective-config.ts'
import { bridgeNames, isBridged, podBridges } from './pod-bridges.ts'
import { networkedPodsOn } from './pods.ts'
import { serviceProxy } from './service-proxy.ts'

/** Node parts that show whether bridged traffic must pass iptables. */
export const bridgeFilterParts = ['cniConfig', 'runtime', 'bridges', 'links', 'processes', 'kubeProxy'] as const
/** Cluster parts that `bridgeFilter` needs. */
export const bridgeFilterCluster = ['nodes', 'pods', 'daemonSets'] as const

interface Sources {
  readonly cniConfig: Reading<CniConfig>
  readonly runtime: Reading<Runtime>
  readonly bridges: Reading<Bridges>
  readonly links: Reading<Links>
  readonly processes: Reading<Processes>
  readonly kubeProxy: Reading<KubeProxy>
}

interface ClusterSources {
  readonly nodes: Reading<readonly ApiNode[]>
  readonly pods: Reading<readonly Pod[]>
  readonly daemonSets: Reading<readonly DaemonSet[]>
}

/**
 * Whether bridged packets of a node's pods must pass iptables, which is when pods are attached to a bridge and iptables
 * implements services.
 */
export type BridgeFilter =
  /** `hasPods` is false when the configuration uses a bridge that has no pods yet. */
  | { readonly kind: 'needed'; readonly bridge: string; readonly hasPods: boolean }
  | { readonly kind: 'not-needed'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** Decides whether bridged packets must pass iptables on a node. */
export function bridgeFilter(node: string, parts: Sources, cluster: ClusterSources): BridgeFilter {
  const bridge = bridgeOf(node, parts, cluster)
  if (bridge.kind !== 'needed') return bridge
  if (!isOk(cluster.pods) || !isOk(cluster.daemonSets))
    return { kind: 'unknown', why: 'pods or DaemonSets not read, so the service proxy is not known' }
  const proxy = serviceProxy({
    name: node,
    node: apiNode(cluster.nodes, node),
    pods: cluster.pods.value,
    daemonSets: cluster.daemonSets.value,
    processes: parts.processes,
    kubeProxy: parts.kubeProxy,
  })
  if (proxy.kind === 'unknown') return { kind: 'unknown', why: 'no service proxy was recognised' }
  if (proxy.kind === 'replaced' && !proxy.usesNetfilter)
    return { kind: 'not-needed', why: `${proxy.by} makes services work without iptables` }
  return bridge
}

function bridgeOf(
  node: string,
  { cniConfig, runtime, bridges, links }: Sources,
  { nodes, pods }: ClusterSources,
): BridgeFilter {
  const config = isOk(cniConfig) ? cniConfig.value : null
  const flavour = flavourOf(runtime, apiNode(nodes, node))
  const effective = config && effectiveConfig({ config, runtime, flavour })
  const configs = effective && isOk(effective) ? effective.value.inUse : []
  const podAddresses = isOk(pods) ? networkedPodsOn(pods.value, node).flatMap(({ ips }) => ips) : []
  const found = isOk(bridges) ? podBridges({ bridges: bridges.value, links, configs, podAddresses }) : []
  const bridged = isBridged(configs)
  if (bridged === false) return { kind: 'not-needed', why: 'the CNI puts pods on no bridge' }
  if (found[0]) return { kind: 'needed', bridge: found[0].name, hasPods: true }
  if (bridged && !isOk(bridges)) return { kind: 'unknown', why: `bridges not read: ${bridges.detail}` }
  const [name] = configs.flatMap(bridgeNames)
  if (name !== undefined) return { kind: 'needed', bridge: name, hasPods: false }
  return isOk(bridges) && isOk(cniConfig)
    ? { kind: 'not-needed', why: 'there is no bridge with pods' }
    : { kind: 'unknown', why: 'neither the CNI configuration nor the bridges were read' }
}
