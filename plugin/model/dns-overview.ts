import { isOk } from '../../shared/reading.ts'
import type { NodeSnapshot, PartName } from '../../shared/snapshot.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { Pod } from '../cluster/pods.ts'
import type { ClusterPartName, Snapshot } from '../engine/snapshot.ts'
import { coreDnsVersion, dnsPodsOf, dnsServiceOf } from './cluster-dns.ts'
import { givenResolver, type ResolverSources } from './dns-resolver.ts'

/** DNS on one node; null for what was not read. */
export interface NodeDns {
  readonly name: string
  /** Nameservers that the kubelet configures in pods with cluster DNS. */
  readonly clusterDNS: readonly string[] | null
  /** DNS pods on this node with version and readiness: `coredns-x 1.11.1 ready`. */
  readonly pods: readonly string[]
  /** Resolver of pods with dnsPolicy `Default`, such as CoreDNS. */
  readonly resolver: {
    readonly place: string
    readonly servers: readonly string[]
    readonly search: readonly string[]
  } | null
}

/** Parts that `describeDns` shows. */
export const dnsParts: readonly PartName[] = ['kubelet', 'resolvConf']
/** Cluster parts that `describeDns` shows. */
export const dnsClusterParts: readonly ClusterPartName[] = [
  'nodes',
  'pods',
  'services',
  'kubeletConfigs',
  'componentLogs',
]

/** DNS of every node that the API lists or that was read, sorted by name. */
export function describeDns({ cluster, nodes }: Snapshot): readonly NodeDns[] {
  const listed = isOk(cluster.nodes) ? cluster.nodes.value.map(({ name }) => name) : []
  const names = [...new Set([...listed, ...nodes.map(({ name }) => name)])].sort()
  const service = isOk(cluster.services) ? dnsServiceOf(cluster.services.value) : null
  const pods = isOk(cluster.pods) ? dnsPodsOf(cluster.pods.value, service) : []
  const logs = isOk(cluster.componentLogs) ? cluster.componentLogs.value : []
  const configs = isOk(cluster.kubeletConfigs) ? cluster.kubeletConfigs.value : []
  return names.map(name => {
    const configz = configs.find(({ node }) => node === name)?.config ?? null
    const sources = sourcesOf(
      nodes.find(node => node.name === name),
      configz,
    )
    return {
      name,
      clusterDNS: clusterDnsOf(configz, sources),
      pods: pods.filter(({ node }) => node === name).map(pod => describePod(pod, logs)),
      resolver: sources ? resolverOf(sources) : null,
    }
  })
}

const sourcesOf = (node: NodeSnapshot | undefined, configz: ResolverSources['configz']): ResolverSources | null =>
  node?.status === 'read'
    ? { node: node.name, kubelet: node.parts.kubelet, resolvConf: node.parts.resolvConf, configz }
    : null

function clusterDnsOf(configz: ResolverSources['configz'], sources: ResolverSources | null): readonly string[] | null {
  if (configz && isOk(configz)) return configz.value.clusterDNS
  const kubelet = sources?.kubelet
  return kubelet && isOk(kubelet) && isOk(kubelet.value.config) ? kubelet.value.config.value.clusterDNS : null
}

function describePod(pod: Pod, logs: readonly ContainerLog[]): string {
  const version = coreDnsVersion(pod, logs)?.join('.') ?? ''
  return [pod.name, version, pod.ready ? 'ready' : 'not ready'].filter(Boolean).join(' ')
}

function resolverOf(sources: ResolverSources): NodeDns['resolver'] {
  const given = givenResolver(sources)
  if (!given) return null
  const { nameservers, search } = given.resolver
  return { place: given.place.slice(sources.node.length + 1), servers: nameservers, search }
}
