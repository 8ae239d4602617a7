import { parseCorefile } from '../../shared/formats/corefile.ts'
import type { PodNamespaces } from '../../shared/node/pod-namespaces.ts'
import { isOk, type Reading, valueOr } from '../../shared/reading.ts'
import type { NodeParts } from '../../shared/snapshot.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { ConfigMap } from '../cluster/config-maps.ts'
import type { KubeletConfig } from '../cluster/kubelet-configs.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import { coreDnsVersion, corefileOf, type FoundCorefile, troublesOf } from './cluster-dns.ts'
import { isBefore } from './corefile-versions.ts'
import type { DnsLogLine } from './dns-log.ts'
import {
  type GivenResolver,
  givenResolver,
  isLoopback,
  ownResolver,
  ownServers,
  type ResolverSources,
} from './dns-resolver.ts'

/** Whether a CoreDNS pod forwards queries to itself. */
export interface DnsLoop {
  readonly pod: Pod
  /** The loop plugin's log line, when the pod is not ready. */
  readonly line: DnsLogLine | null
  /** Servers that lead back to the pod, and where they are configured. */
  readonly servers: readonly string[]
  readonly place: string
  /** The other servers that it forwards to, as far as they were read. */
  readonly others: readonly string[]
  /**
   * `told`: the log proves it; `eaten`: no log line, but it ran out of memory; `coming`: it runs, but its next start
   * will fail.
   */
  readonly kind: 'told' | 'eaten' | 'coming' | 'none' | 'unknown'
}

interface Snapshot {
  readonly service: Service | null
  readonly logs: Reading<readonly ContainerLog[]>
  readonly configMaps: Reading<readonly ConfigMap[]>
  readonly kubeletConfigs: Reading<readonly { readonly node: string; readonly config: Reading<KubeletConfig> }[]>
  readonly nodes: ReadonlyMap<string, Pick<NodeParts, 'kubelet' | 'resolvConf' | 'podNamespaces'>>
}

/** Judges each pod by its own state and that of its node. */
export const dnsLoops = (
  pods: readonly Pod[],
  { service, logs, configMaps, kubeletConfigs, nodes }: Snapshot,
): readonly DnsLoop[] =>
  pods.map(pod => {
    const parts = pod.node === null ? undefined : nodes.get(pod.node)
    const configs = isOk(kubeletConfigs) ? kubeletConfigs.value : []
    const configz = configs.find(({ node }) => node === pod.node)?.config ?? null
    return dnsLoopOf({
      pod,
      logs: valueOr(logs, []),
      corefile: isOk(configMaps) ? corefileOf(pod, configMaps.value) : null,
      addresses: service?.clusterIPs ?? [],
      node: parts && pod.node !== null ? { node: pod.node, ...parts, configz } : null,
    })
  })

interface Sources {
  readonly pod: Pod
  readonly logs: readonly ContainerLog[]
  readonly corefile: FoundCorefile | null
  /** Addresses of the cluster DNS. */
  readonly addresses: readonly string[]
  /** Parts of the pod's node; null when it was not read. */
  readonly node: (ResolverSources & { readonly podNamespaces: Reading<PodNamespaces> }) | null
}

/**
 * Judges one pod. Before CoreDNS 1.2.6 the loop plugin also complained about unreachable upstreams, so its line alone
 * is proof only from then on. Source: github.com/coredns/coredns/issues/2391.
 */
function dnsLoopOf(sources: Sources): DnsLoop {
  const { pod, logs } = sources
  const version = coreDnsVersion(pod, logs)
  const line = pod.ready ? null : (troublesOf(pod, logs).findLast(({ trouble }) => trouble.kind === 'loop') ?? null)
  const { servers, others, place, isKnown } = upstreams(sources)
  const isTrusted = /Loop \(/.test(line?.text ?? '') || (version !== null && !isBefore(version, '1.2.6'))
  const kind = kindOf(pod, { line, isTrusted, loops: servers.length > 0, isKnown })
  return { pod, line, servers, place, others, kind }
}

function kindOf(
  pod: Pod,
  {
    line,
    isTrusted,
    loops,
    isKnown,
  }: { line: DnsLogLine | null; isTrusted: boolean; loops: boolean; isKnown: boolean },
): DnsLoop['kind'] {
  if (line && (loops || isTrusted)) return 'told'
  if (loops) return pod.containers.some(isOutOfMemory) && !pod.ready ? 'eaten' : 'coming'
  return isKnown ? 'none' : 'unknown'
}

/** Whether it was OOM-killed, now or in its previous run. */
export const isOutOfMemory = ({ reason, lastReason }: Pod['containers'][number]): boolean =>
  reason === 'OOMKilled' || lastReason === 'OOMKilled'

interface Upstreams {
  /** Only servers that lead back to the pod. */
  readonly servers: readonly string[]
  readonly others: readonly string[]
  readonly place: string
  /** False when the resolver file it forwards to was not read. */
  readonly isKnown: boolean
}

function upstreams({ pod, corefile, addresses, node }: Sources): Upstreams {
  const targets = forwardTargets(corefile)
  const own = [...addresses, ...pod.ips]
  const isOwn = (host: string) => isLoopback(host) || own.includes(host)
  const hosts = targets.map(hostOf).filter(host => host !== '')
  const named = hosts.filter(isOwn)
  const others = hosts.filter(host => !isOwn(host))
  const place = corefile ? `ConfigMap ${pod.namespace}/${corefile.configMap}` : ''
  if (named.length > 0) return { servers: named, others, place, isKnown: true }
  // On the host's network, loopback is the host's own resolver.
  if (pod.hostNetwork || !targets.some(target => target.startsWith('/'))) {
    return { servers: [], others, place, isKnown: true }
  }
  const given = resolverOf({ pod, addresses, node })
  if (!given)
    return { servers: [], others, place: `${pod.node}: the resolver that the kubelet gives to pods`, isKnown: false }
  const servers = ownServers(given.resolver, own)
  const asked = given.resolver.nameservers.filter(server => !servers.includes(server))
  return { servers, others: [...others, ...asked], place: given.place, isKnown: true }
}

function resolverOf({ pod, addresses, node }: Pick<Sources, 'pod' | 'addresses' | 'node'>): GivenResolver | null {
  const own = node ? ownResolver(pod, node.podNamespaces) : null
  if (own) return own
  if (pod.dnsPolicy === 'Default') return node ? givenResolver(node) : null
  const asked = pod.dnsPolicy === 'ClusterFirst' ? addresses : (pod.dnsConfig?.nameservers ?? [])
  const resolver = { nameservers: [...asked], search: [], options: [] }
  return { place: `Pod ${pod.namespace}/${pod.name}, dnsPolicy ${pod.dnsPolicy}`, resolver }
}

/** Where CoreDNS forwards other queries; the default file when the Corefile was not read. */
function forwardTargets(corefile: FoundCorefile | null): readonly string[] {
  if (!corefile) return ['/etc/resolv.conf']
  const directives = parseCorefile(corefile.text).servers.flatMap(server => server.directives)
  return directives.filter(({ name }) => name === 'forward' || name === 'proxy').flatMap(({ args }) => args.slice(1))
}

/** The address of a target on port 53; another port is another server. */
const hostOf = (target: string): string =>
  /^(?:dns:\/\/)?\[?([\d.]+|[\da-f:]+(?=\]|$))\]?(?::53)?$/i.exec(target)?.[1] ?? ''
