import type { Kubelet } from '../../shared/node/kubelet.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { DaemonSet } from '../cluster/daemon-sets.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { conditionOf } from './api-node.ts'
import { cniComponentsOf, componentOf } from './components.ts'

/** CNIs installed according to the API: known CNI agents, and DaemonSets that mount CNI directories. */
export function installedCnis(daemonSets: readonly DaemonSet[], pods: readonly Pod[]): readonly string[] {
  const sets = daemonSets
    .filter(set => isCni(set) || writesCni(set))
    .map(({ namespace, name }) => `${namespace}/${name}`)
  const agents = pods
    .filter(pod => cniComponentsOf(pod).length > 0)
    .map(({ namespace, name }) => `${namespace}/${name}`)
  return [...sets, ...agents]
}

/** Whether the kubelet uses the old built-in kubenet, which has no configuration file. */
export const isKubenet = (kubelet: Reading<Kubelet>): boolean =>
  isOk(kubelet) && isOk(kubelet.value.args) && /--network-plugin[= ]kubenet/.test(kubelet.value.args.value.join(' '))

/** Whether the kubelet reports NotReady because its runtime has no network. */
export function lacksNetwork(node: ApiNode): boolean {
  const ready = conditionOf(node, 'Ready')
  return ready?.status === 'False' && /network plugin|cni|NetworkReady=false|NetworkPluginNotReady/i.test(ready.message)
}

const isCni = ({ labels, containers, name }: DaemonSet) =>
  componentOf({ labels, containers, names: [name] })?.kind === 'cni'

const writesCni = ({ volumes }: DaemonSet) =>
  volumes.some(
    ({ hostPath }) => hostPath !== null && /\/cni\/net\.d|\/cni\/bin|^\/(?:etc|opt)\/cni(?:\/|$)/.test(hostPath),
  )
