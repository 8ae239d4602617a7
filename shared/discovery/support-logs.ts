import type { Host } from '../host.ts'
import { isOk } from '../reading.ts'
import { logSources, systemLogs } from './log-sources.ts'
import { findProcessLogs } from './process-logs.ts'
import { mapReads } from './values.ts'

/** A log that is useful for support. */
export interface SupportLog {
  readonly path: string
  /** Whether to include it regardless of age, because it is the only one of its kind. */
  readonly isAlways: boolean
}

/** Names below /var/log under which CNI products, proxies, runtimes and kubelets write. Sources: their documentation. */
const ofNetwork =
  /calico|cilium|aws-routed-eni|antrea|azure-(?:vnet|cns|cni|ipam|npm)|flannel|weave|openvswitch|^ovn|ovn-kubernetes|kube-?ovn|multus|whereabouts|kube-router|kindnet|kube-proxy|kubelet|containerd|crio|^cni/i
/** Kernel logs on hosts without a journal. */
const kernelLogs = ['/var/log/kern.log', '/var/log/dmesg', ...systemLogs]

const systemNamespace =
  /^(?:kube-|calico-|tigera-|cilium|weave|antrea|flannel|openshift-|ovn|aws-|amazon-|azure-|gke-|network)/
const networkPod =
  /kube-proxy|dns|flannel|calico|canal|tigera|cilium|weave|aws-node|azure-|antrea|kindnet|kube-router|ovn|multus|whereabouts|cni/
const podLogs = '/var/log/pods'
const deepest = 3
/** Limit per folder. */
const mostNames = 200

/** Finds log files of network programs on this host. */
export async function findSupportLogs(host: Host): Promise<readonly SupportLog[]> {
  const journal = await host.run('journal-kernel')
  const system = !isOk(journal) || journal.value.exitCode !== 0 ? kernelLogs : []
  const outputs = (await findProcessLogs(host)).flatMap(({ path }) => path ?? [])
  const named = [...logSources.flatMap(({ path }) => path ?? []), ...outputs, ...system]
  const found = await filesBelow(host, '/var/log', { depth: deepest, isWanted: name => ofNetwork.test(name) })
  const ofPods = await findPodLogs(host)
  const logs = [
    ...[...named, ...ofPods].map(path => ({ path, isAlways: true })),
    ...found.map(path => ({ path, isAlways: false })),
  ]
  return [...new Map([...logs].reverse().map(log => [log.path, log])).values()].reverse()
}

interface Search {
  readonly depth: number
  readonly isWanted: (name: string) => boolean
}

/** Everything inside a wanted folder is wanted. */
async function filesBelow(host: Host, folder: string, { depth, isWanted }: Search): Promise<readonly string[]> {
  const names = await host.list(folder)
  if (!isOk(names)) return []
  const wanted = names.value.filter(isWanted).slice(0, mostNames)
  const found = await mapReads(wanted, async name => {
    const path = `${folder}/${name}`
    const entry = await host.stat(path)
    if (!isOk(entry)) return []
    if (entry.value.type === 'file') return isPacked.test(name) ? [] : [path]
    if (entry.value.type !== 'dir' || depth <= 1) return []
    return filesBelow(host, path, { depth: depth - 1, isWanted: () => true })
  })
  return found.flat()
}

const isPacked = /\.(?:gz|xz|zst|bz2|zip)$/

/** Current and previous logs of each container of network pods. Source: kubelet, ContainerLogPath. */
async function findPodLogs(host: Host): Promise<readonly string[]> {
  const pods = await host.list(podLogs)
  const wanted = isOk(pods) ? pods.value.filter(isOfNetwork).slice(0, mostNames) : []
  const found = await mapReads(wanted, async pod => {
    const containers = await host.list(`${podLogs}/${pod}`)
    return isOk(containers) ? containers.value.slice(0, mostNames).map(name => `${podLogs}/${pod}/${name}`) : []
  })
  const logs = await mapReads(found.flat(), async folder => {
    const names = await host.list(folder)
    const runs = isOk(names) ? names.value.flatMap(name => /^(\d{1,9})\.log$/.exec(name)?.[1] ?? []) : []
    const newest = runs.sort((a, b) => Number(b) - Number(a)).slice(0, 2)
    return newest.map(run => `${folder}/${run}.log`)
  })
  return logs.flat()
}

/** Its folder is named `<namespace>_<pod>_<uid>`. */
function isOfNetwork(folder: string): boolean {
  const [namespace = '', pod = ''] = folder.split('_')
  return systemNamespace.test(namespace) && networkPod.test(pod)
}
