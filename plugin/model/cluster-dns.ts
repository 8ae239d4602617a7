import type { Subject } from '../../shared/finding.ts'
import { isOk } from '../../shared/reading.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { ConfigMap } from '../cluster/config-maps.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import { componentOfPod } from './components.ts'
import { parseVersion } from './corefile-versions.ts'
import { type DnsLogLine, dnsTroubles, loggedVersion } from './dns-log.ts'
import { isLive, podKey } from './pods.ts'

/** Names that distributions use for the cluster DNS service. */
const wellKnown = ['kube-system/kube-dns', 'openshift-dns/dns-default']

/**
 * The cluster DNS service: by name, by label, or because kubelets configure its address in pods. Not the service
 * through which NodeLocal DNSCache forwards to CoreDNS.
 */
export function dnsServiceOf(services: readonly Service[], told: readonly string[] = []): Service | null {
  const named = wellKnown.flatMap(key => services.find(service => podKey(service) === key) ?? [])[0]
  const others = services.filter(({ name }) => name !== 'kube-dns-upstream')
  return (
    named ??
    others.find(({ labels, type }) => labels['k8s-app'] === 'kube-dns' && type !== 'ExternalName') ??
    others.find(({ clusterIPs }) => clusterIPs.some(address => told.includes(address))) ??
    null
  )
}

/** Pods of the cluster's DNS: CoreDNS, kube-dns, and whatever its service selects. */
export function dnsPodsOf(pods: readonly Pod[], service: Service | null): readonly Pod[] {
  const namespaces = service ? [service.namespace] : ['kube-system', 'openshift-dns']
  return pods.filter(
    pod =>
      namespaces.includes(pod.namespace) &&
      isLive(pod) &&
      !pod.deleting &&
      (componentOfPod(pod)?.kind === 'dns' || (service !== null && selects(service, pod.labels))),
  )
}

/** Whether the service's selector matches; one without a selector matches nothing. */
export const selects = ({ selector }: Service, labels: Readonly<Record<string, string>>): boolean =>
  selector !== null && Object.entries(selector).every(([key, value]) => labels[key] === value)

/** Subject of findings about cluster DNS as a whole: its service, on the nodes of these pods. */
export function dnsSubject(service: Service | null, pods: readonly Pod[]): Subject {
  const nodes = [...new Set(pods.flatMap(({ node }) => node ?? []))].sort()
  return {
    kind: 'Service',
    namespace: service?.namespace ?? 'kube-system',
    name: service?.name ?? 'kube-dns',
    ...(nodes.length > 0 ? { nodes } : {}),
  }
}

/** The CoreDNS container; null when the pod runs another server, such as kube-dns. */
export const coreDnsContainer = ({ specs }: Pick<Pod, 'specs'>): Pod['specs'][number] | null =>
  specs.find(({ name, image, command }) => [name, image, command[0] ?? ''].some(text => /coredns/i.test(text))) ?? null

/** The version of CoreDNS from its log, otherwise from the image tag; null when neither shows it. */
export function coreDnsVersion(pod: Pod, logs: readonly ContainerLog[]): readonly number[] | null {
  const logged = textsOf(pod, logs).flatMap(text => loggedVersion(text) ?? [])[0]
  const [, tag = ''] = /:([^:/@]+)(?:@|$)/.exec(coreDnsContainer(pod)?.image ?? '') ?? []
  return parseVersion(logged ?? tag)
}

/** Troubles in the pod's logs, previous run first; each kind of line once. */
export const troublesOf = (pod: Pod, logs: readonly ContainerLog[]): readonly DnsLogLine[] =>
  textsOf(pod, logs).flatMap(dnsTroubles)

const textsOf = (pod: Pod, logs: readonly ContainerLog[]): readonly string[] =>
  logs
    .filter(log => log.namespace === pod.namespace && log.pod === pod.name)
    .flatMap(({ previous, current }) => [previous, current])
    .flatMap(reading => (reading && isOk(reading) ? [reading.value] : []))

/** Why none of these pods' logs was read; null when at least one was. */
export function whyNoLog(pods: readonly Pod[], logs: readonly ContainerLog[]): string | null {
  const own = logs.filter(log => pods.some(pod => pod.namespace === log.namespace && pod.name === log.pod))
  if (own.some(({ current, previous }) => isOk(current) || (previous && isOk(previous)))) return null
  const [first] = own
  return first && !isOk(first.current) ? first.current.detail : 'no log of a DNS pod was read'
}

/** A Corefile and where it comes from. */
export interface FoundCorefile {
  readonly namespace: string
  readonly configMap: string
  readonly key: string
  readonly text: string
}

/**
 * The Corefile that a pod starts with: from the mounted ConfigMap, otherwise from ConfigMap `coredns`; null when
 * unread.
 */
export function corefileOf(pod: Pod, configMaps: readonly ConfigMap[]): FoundCorefile | null {
  const { configMap, key } = corefilePlace(pod)
  const found = configMaps.find(({ namespace, name }) => namespace === pod.namespace && name === configMap)
  const text = found && isOk(found.data) ? found.data.value[key] : undefined
  return text === undefined ? null : { namespace: pod.namespace, configMap, key, text }
}

function corefilePlace(pod: Pod): { readonly configMap: string; readonly key: string } {
  const container = coreDnsContainer(pod)
  const words = container?.command ?? []
  const path = words[words.findIndex(word => /^--?conf$/.test(word)) + 1] ?? '/etc/coredns/Corefile'
  const [directory, file] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)]
  const mount = container?.mounts.find(mount => mount.path.replace(/\/$/, '') === directory || mount.path === path)
  const volume = pod.volumes.find(({ name }) => name === mount?.volume)?.configMap
  const key = volume?.items?.find(item => item.path === file)?.key ?? file
  return { configMap: volume?.name ?? 'coredns', key: key || 'Corefile' }
}

/** For evidence: `ConfigMap kube-system/coredns, Corefile line 7`. */
export const placeOf = ({ namespace, configMap, key }: FoundCorefile, line: number): string =>
  `ConfigMap ${namespace}/${configMap}, ${key}${line > 0 ? ` line ${line}` : ''}`
