import { readTopLevel } from '../../../shared/formats/top-level-yaml.ts'
import { contains, type Network, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import type { KubeProxy } from '../../../shared/node/kube-proxy.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { ConfigMap } from '../../cluster/config-maps.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable, notRun } from '../../engine/check.ts'
import { onWorkstation } from '../../model/command.ts'
import { configFile } from '../../model/kube-proxy-files.ts'
import { networkedPodsOn } from '../../model/pods.ts'
import { isKubeProxy } from '../../model/service-proxy.ts'

export default clusterCheck({
  code: 'PRX009',
  severity: 'warning',
  title: 'Range of pods wrong in kube-proxy',
  explains: ['NET004'],
  cluster: ['pods', 'nodes'],
  wants: ['kubeProxy'],
  wantsCluster: ['configMaps'],
  run: ({ cluster: { pods, nodes }, maybeCluster: { configMaps }, nodes: parts }) => {
    const proxies = pods.filter(pod => isKubeProxy(pod) && pod.node !== null)
    if (proxies.length === 0) return notApplicable('kube-proxy runs in no pod')
    const settings = proxies.flatMap(pod => settingsOf(pod, parts.get(pod.node ?? '')?.kubeProxy, configMaps) ?? [])
    if (settings.length === 0) return notRun('no configuration of a kube-proxy was read')
    const faults = settings.flatMap(
      each =>
        faultOf(
          each,
          nodes.find(({ name }) => name === each.node),
          pods,
        ) ?? [],
    )
    const [first] = faults
    const told = new Set(settings.map(({ node }) => node))
    const open = proxies.flatMap(({ node }) => (node === null || told.has(node) || !parts.has(node) ? [] : [node]))
    const why = 'neither the configuration of its kube-proxy nor the ConfigMap was read'
    return foundAmong(first ? [draft(first, faults)] : [], open.length > 0 ? [{ nodes: open, why }] : [])
  },
})

/** How a kube-proxy decides which clients are pods. */
interface Settings {
  readonly node: string
  /** Where the settings were read. */
  readonly at: string
  readonly mode: string
  /** Comma-separated networks, or empty. */
  readonly range: string
}

/** Its running configuration, otherwise its ConfigMap. */
function settingsOf(
  pod: Pod,
  kubeProxy: Reading<KubeProxy> | undefined,
  configMaps: Reading<readonly ConfigMap[]>,
): Settings | null {
  const node = pod.node ?? ''
  const running = kubeProxy && isOk(kubeProxy) ? kubeProxy.value.config : undefined
  if (running && isOk(running)) {
    const { detectLocalMode, clusterCIDR } = running.value
    return {
      node,
      at: `${node}: /configz of kube-proxy`,
      mode: detectLocalMode || 'ClusterCIDR',
      range: clusterCIDR ?? '',
    }
  }
  const file = configFile(pod, configMaps)
  const keys = file?.text ? readTopLevel(file.text, ['clusterCIDR', 'detectLocalMode']) : null
  if (!file || !keys || !isOk(keys)) return null
  const textOf = (key: string) => [keys.value.get(key) ?? ''].flat().join()
  return {
    node,
    at: `ConfigMap ${file.configMap}`,
    mode: textOf('detectLocalMode') || 'ClusterCIDR',
    range: textOf('clusterCIDR'),
  }
}

interface Fault extends Settings {
  readonly why: string
  /** Evidence from the node. */
  readonly seen: { readonly at: string; readonly observed: string }
}

/** Without a range kube-proxy considers no client a pod, which most clusters do not notice. */
function faultOf(settings: Settings, node: ApiNode | undefined, pods: readonly Pod[]): Fault | null {
  const { node: name, mode, range } = settings
  const podCIDRs = node?.podCIDRs ?? []
  if (mode === 'NodeCIDR' && node && podCIDRs.length === 0)
    return {
      ...settings,
      why: 'the node has no podCIDR',
      seen: { at: `Node ${name}`, observed: 'spec.podCIDRs: none' },
    }
  if (mode !== 'ClusterCIDR' || range === '') return null
  const networks = range.split(',').map(text => parseNetwork(text.trim()))
  const known = networks.flatMap(network => network ?? [])
  if (known.length < networks.length) return null
  const stranger = strangerAmong(networkedPodsOn(pods, name), known)
  if (stranger === null) return null
  const observed = `pods have addresses as ${stranger}, spec.podCIDRs: ${podCIDRs.join(', ') || 'none'}`
  return { ...settings, why: `${stranger} is outside of ${range}`, seen: { at: `Node ${name}`, observed } }
}

/** A pod address outside of the ranges, if all of its family are: only pods show which range a CNI uses. */
function strangerAmong(pods: readonly Pod[], ranges: readonly Network[]): string | null {
  const addresses = pods.flatMap(({ ips }) => ips.flatMap(text => ({ text, address: parseAddress(text) })))
  for (const { family } of ranges) {
    const own = addresses.filter(({ address }) => address?.family === family)
    const isInside = own.some(({ address }) => address && ranges.some(range => contains(range, address)))
    if (own[0] && !isInside) return own[0].text
  }
  return null
}

const draft = (first: Fault, all: readonly Fault[]): Draft => ({
  subject: { kind: 'Cluster', name: 'cluster' },
  message: `kube-proxy takes pods of ${all.length === 1 ? first.node : `${all.length} nodes`} for strangers: ${first.why}`,
  evidence: [
    { at: first.at, observed: `detectLocalMode: ${first.mode}, clusterCIDR: ${first.range || 'none'}` },
    ...all.slice(0, 3).map(({ seen, mode, range }) => ({
      ...seen,
      expected: mode === 'NodeCIDR' ? 'a range of the node' : `inside of ${range}`,
    })),
  ],
  danger:
    'connections of pods to services get the address of the node: policies and logs see the wrong client, and traffic policies Local do not hold for pods',
  remedies: [
    {
      title: 'set clusterCIDR to the range that pods have (or another detectLocalMode), and restart kube-proxy',
      commands: [
        onWorkstation('kubectl get pods -A -o wide; kubectl -n kube-system edit configmap kube-proxy'),
        onWorkstation('kubectl -n kube-system rollout restart daemonset kube-proxy'),
      ],
      risk: 'low',
      rollback: 'kubectl -n kube-system rollout undo daemonset kube-proxy, and the former value in the ConfigMap',
    },
  ],
})
