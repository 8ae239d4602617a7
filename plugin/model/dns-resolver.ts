import type { Resolver } from '../../shared/formats/resolv-conf.ts'
import { parseAddress } from '../../shared/ip.ts'
import type { Kubelet } from '../../shared/node/kubelet.ts'
import type { PodNamespaces } from '../../shared/node/pod-namespaces.ts'
import type { ResolvConf } from '../../shared/node/resolv-conf.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { KubeletConfig } from '../cluster/kubelet-configs.ts'
import type { Pod } from '../cluster/pods.ts'

/** The resolver file that pods of the policy `Default` get, and CoreDNS forwards to. */
export interface GivenResolver {
  /** `node1:/etc/resolv.conf`, or the file in the pod. */
  readonly place: string
  readonly resolver: Resolver
}

export interface ResolverSources {
  readonly node: string
  readonly kubelet: Reading<Kubelet>
  readonly resolvConf: Reading<ResolvConf>
  /** What `/configz` of that node's kubelet says. */
  readonly configz: Reading<KubeletConfig> | null
}

/** The path that the kubelet of a node gives to pods; null where that is not known, or where it gives none. */
export function resolverPath({ kubelet, configz }: Pick<ResolverSources, 'kubelet' | 'configz'>): string | null {
  const told = configz && isOk(configz) ? configz.value.resolvConf : undefined
  if (told !== undefined) return (told ?? '/etc/resolv.conf') || null
  if (!isOk(kubelet) || !isOk(kubelet.value.config)) return null
  return (kubelet.value.config.value.resolvConf ?? '/etc/resolv.conf') || null
}

/** What the kubelet of a node gives to new pods of the policy `Default`; null where it is not known. */
export function givenResolver(sources: ResolverSources): GivenResolver | null {
  const path = resolverPath(sources)
  const files = isOk(sources.resolvConf) ? sources.resolvConf.value.files : []
  const content = files.find(file => file.path === path)?.content
  return path !== null && content && isOk(content)
    ? { place: `${sources.node}:${path}`, resolver: content.value }
    : null
}

/** What a running pod has; null where it was not read. */
export function ownResolver(pod: Pod, podNamespaces: Reading<PodNamespaces>): GivenResolver | null {
  const all = isOk(podNamespaces) ? podNamespaces.value.namespaces.flatMap(({ pods }) => pods) : []
  const resolver = all.find(({ uid }) => uid === pod.uid)?.resolver
  if (!resolver || !isOk(resolver) || resolver.value.nameservers.length === 0) return null
  return { place: `${pod.node}: /etc/resolv.conf of Pod ${pod.namespace}/${pod.name}`, resolver: resolver.value }
}

/** Nameservers that lead a pod back to itself: loopback, and the addresses that are its own. */
export const ownServers = ({ nameservers }: Resolver, own: readonly string[]): readonly string[] =>
  nameservers.filter(server => isLoopback(server) || own.includes(server))

/** 127.0.0.0/8 and ::1; inside of a pod that is the pod itself. */
export function isLoopback(server: string): boolean {
  const address = parseAddress(server.replace(/%.*$/, ''))
  if (!address) return false
  return address.family === 4 ? address.value >> 24n === 127n : address.value === 1n
}
