import type { Kubelet } from '../../shared/node/kubelet.ts'
import { isOk, type Part, type Reading, valueOr } from '../../shared/reading.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'
import type { KubeletConfig } from '../cluster/kubelet-configs.ts'
import type { Pod } from '../cluster/pods.ts'
import { isLinkLocal, nodeLocalDns } from './node-local-dns.ts'

interface Sources {
  readonly kubeletConfigs: Reading<readonly { readonly node: string; readonly config: Reading<KubeletConfig> }[]>
  readonly daemonSets: Reading<readonly DaemonSet[]>
  readonly nodes: ReadonlyMap<string, { readonly kubelet: Part<Kubelet> }>
  readonly pods: readonly Pod[]
}

/**
 * By node, the address of a cache on the node itself that its pods ask for names: to a policy it is no pod. The cache
 * may hold the address of the service too, which then is not translated to one of a pod.
 */
export function cacheAddresses(sources: Sources): ReadonlyMap<string, string> {
  const told = toldAddresses(sources)
  const held = heldAddresses(sources)
  return new Map(
    [...told].filter(([node, address]) => isLinkLocal(address) || (held.get(node) ?? []).includes(address)),
  )
}

/** What kubelets give to pods first: by their own word, else by their configuration. */
function toldAddresses({ kubeletConfigs, nodes }: Sources): ReadonlyMap<string, string> {
  const fromFiles = [...nodes].flatMap(([node, { kubelet }]) => {
    const [first] = isOk(kubelet) && isOk(kubelet.value.config) ? kubelet.value.config.value.clusterDNS : []
    return first === undefined ? [] : [[node, first] as const]
  })
  const fromApi = valueOr(kubeletConfigs, []).flatMap(({ node, config }) => {
    const [first] = isOk(config) ? config.value.clusterDNS : []
    return first === undefined ? [] : [[node, first] as const]
  })
  return new Map([...fromFiles, ...fromApi])
}

/** Addresses that the cache takes on each node where it runs on the host's network. */
function heldAddresses({ daemonSets, pods }: Sources): ReadonlyMap<string, readonly string[]> {
  const cache = isOk(daemonSets) ? nodeLocalDns(daemonSets.value) : null
  const own = pods.filter(
    ({ owner, hostNetwork, ready }) => hostNetwork && ready && owner?.name === cache?.daemonSet.name,
  )
  return new Map(own.flatMap(({ node }) => (node === null || !cache ? [] : [[node, cache.addresses] as const])))
}
