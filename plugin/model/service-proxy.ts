import type { KubeProxy } from '../../shared/node/kube-proxy.ts'
import type { Processes } from '../../shared/node/processes.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { componentOf, componentOfPod } from './components.ts'

/** Who makes service addresses work on a node. */
export type ServiceProxy =
  | { readonly kind: 'kube-proxy'; readonly as: 'pod' | 'process' }
  /** A program that holds kube-proxy inside, such as k3s. */
  | { readonly kind: 'embedded'; readonly by: string }
  | { readonly kind: 'replaced'; readonly by: string; readonly usesNetfilter: boolean }
  | { readonly kind: 'unknown' }

interface Sources {
  readonly node: ApiNode | undefined
  readonly name: string
  readonly pods: readonly Pod[]
  readonly daemonSets: readonly DaemonSet[]
  readonly processes: Reading<Processes>
  readonly kubeProxy: Reading<KubeProxy>
}

/** Finds it by what is there: pods and DaemonSets first, then processes, then products that are known to replace it. */
export function serviceProxy({ node, name, pods, daemonSets, processes, kubeProxy }: Sources): ServiceProxy {
  const isHere = pods.some(pod => pod.node === name && isKubeProxy(pod))
  if (isHere) return { kind: 'kube-proxy', as: 'pod' }
  const embedder = embedderOf(node, processes)
  if (embedder) return { kind: 'embedded', by: embedder }
  if (isOk(processes) && processes.value.processes.some(process => process.name === 'kube-proxy'))
    return { kind: 'kube-proxy', as: 'process' }
  const sets = daemonSets.filter(set => componentOfSet(set)?.id === 'kube-proxy')
  if (sets.some(({ desired }) => desired > 0)) return { kind: 'kube-proxy', as: 'pod' }
  const answers = isOk(kubeProxy) && isOk(kubeProxy.value.mode)
  if (answers) return { kind: 'kube-proxy', as: 'process' }
  return replacement(pods, daemonSets) ?? { kind: 'unknown' }
}

/** Whether the pod is kube-proxy's. */
export const isKubeProxy = (pod: Pod): boolean => componentOfPod(pod)?.id === 'kube-proxy'

const embedders = ['k3s', 'rke2', 'microk8s', 'k0s'] as const
const embeddingProcesses: Readonly<Record<string, string>> = {
  'k3s-server': 'k3s',
  'k3s-agent': 'k3s',
  k3s: 'k3s',
  kubelite: 'MicroK8s',
}

/** RKE2 and k0s run kube-proxy as pods, found before; k3s and MicroK8s hold it in their own process. */
function embedderOf(node: ApiNode | undefined, processes: Reading<Processes>): string | null {
  const running = isOk(processes) ? processes.value.processes.flatMap(({ name }) => embeddingProcesses[name] ?? []) : []
  const version = `${node?.kubeletVersion ?? ''} ${node?.runtimeVersion ?? ''}`
  const labels = Object.keys(node?.labels ?? {}).join(' ')
  const byNode = embedders.find(
    name => version.includes(`+${name}`) || version.includes(`-${name}`) || labels.includes(`${name}.io/`),
  )
  return running[0] ?? byNode ?? null
}

function replacement(pods: readonly Pod[], daemonSets: readonly DaemonSet[]): ServiceProxy | null {
  const present = new Set(
    [...pods.map(componentOfPod), ...daemonSets.map(componentOfSet)].map(component => component?.id),
  )
  const replaced = (by: string, usesNetfilter: boolean): ServiceProxy => ({ kind: 'replaced', by, usesNetfilter })
  if (present.has('cilium')) return replaced('Cilium', false)
  if (present.has('antrea')) return replaced('Antrea', false)
  if (present.has('ovn-kubernetes')) return replaced('OVN-Kubernetes', false)
  if (daemonSets.some(runsServiceProxy)) return replaced('kube-router', true)
  return present.has('calico') ? replaced('Calico in eBPF mode', false) : null
}

const runsServiceProxy = ({ containers }: DaemonSet) =>
  containers.some(({ command }) => command.some(word => /^--run-service-proxy(?:=true)?$/.test(word)))

const componentOfSet = (set: DaemonSet) =>
  componentOf({ labels: set.labels, containers: set.containers, names: [set.name] })
