import type { Resolver } from '../../shared/formats/resolv-conf.ts'
import { parseAddress } from '../../shared/ip.ts'
import type { Kubelet } from '../../shared/node/kubelet.ts'
import type { PodNamespaces } from '../../shared/node/pod-namespaces.ts'
import type { ResolvConf } from '../../shared/node/resolv-conf.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { KubeletConfig } from '../cluster/kubelet-configs.ts'
import type { Pod } from '../cluster/pods.ts'

/** The resolver file that pods with dnsPolicy `Default` get, and CoreDNS forwards to. */
export interface GivenResolver {
  /** `node1:/etc/resolv.conf`, or the file in the pod. */
  readonly place: string
  readonly resolver: Resolver
}

/** Node parts that determine the resolver of pods. */
export interface ResolverSources {
  readonly node: string
  readonly kubelet: Reading<Kubelet>
  readonly resolvConf: Reading<ResolvConf>
  /** The kubelet's `/configz`. */
  readonly configz: Reading<KubeletConfig> | null
}

/** The resolver file that the kubelet gives to pods; null when unknown or none. */
export function resolverPath({ kubelet, configz }: Pick<ResolverSources, 'kubelet' | 'configz'>): string | null {
  const told = configz && isOk(configz) ? configz.value.resolvConf : undefined
  if (told !== undefined) return (told ?? '/etc/resolv.conf') || null
  if (!isOk(kubelet) || !isOk(kubelet.value.config)) return null
  return (kubelet.value.config.value.resolvConf ?? '/etc/resolv.conf') || null
}

/** The resolver that new pods with dnsPolicy `Default` get; null when unknown. */
export function givenResolver(sources: ResolverSources): GivenResolver | null {
  const path = resolverPath(sources)
  const files = isOk(sources.resolvConf) ? sources.resolvConf.value.files : []
  const content = files.find(file => file.path === path)?.content
  return path !== null && content && isOk(content)
    ? { place: `${sources.node}:${path}`, resolver: content.value }
    : null
}

/** The resolver of a running pod; null when unread. */
export function ownResolver(pod: Pod, podNamespaces: Reading<PodNamespaces>): GivenResolver | null {
  const all = isOk(podNamespaces) ? podNamespaces.value.namespaces.flatMap(({ pods }) => pods) : []
  const resolver = all.find(({ uid }) => uid === pod.uid)?.resolver
  if (!resolver || !isOk(resolver) || resolver.value.nameservers.length === 0) return null
  return { place: `${pod.node}: /etc/resolv.conf of Pod ${pod.namespace}/${pod.name}`, resolver: resolver.value }
}

/** Nameservers that lead a pod back to itself: loopback and its own addresses. */
export const ownServers = ({ nameservers }: Resolver, own: readonly string[]): readonly string[] =>
  nameservers.filter(server => isLoopback(server) || own.includes(server))

/** Whether an address is in 127.0.0.0/8 or ::1, which inside a pod is the pod itself. */
export function isLoopback(server: string): boolean {
  const address = parseAddress(server.replace(/%.*$/, ''))
  if (!address) return false
  return address.family === 4 ? address.value >> 24n === 127n : address.value === 1n
}
