import { isOk, type Reading } from '../../shared/reading.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { Pod } from '../cluster/pods.ts'
import { klogAge } from './klog-time.ts'
import { containerLines, type LogLine } from './log-lines.ts'
import { minute } from './pods.ts'
import { isKubeProxy } from './service-proxy.ts'

/** What the kube-proxy of one node has logged and still holds. */
export interface ProxyLog {
  readonly pod: Pod
  readonly node: string
  /** It does not run: then every line of its end counts. */
  readonly isUnwell: boolean
  /** Of a running one, those of the last minutes; a line that tells no time counts only of one that does not run. */
  readonly lines: readonly LogLine[]
}

/** A running kube-proxy tries again every half minute; what it has not said for longer is over. */
const recent = 15 * minute

export const proxyLogs = (
  { pods, componentLogs }: { readonly pods: readonly Pod[]; readonly componentLogs: Reading<readonly ContainerLog[]> },
  takenAt: number,
): readonly ProxyLog[] =>
  pods.filter(isKubeProxy).flatMap(pod => {
    if (pod.node === null) return []
    const logs = isOk(componentLogs)
      ? componentLogs.value.filter(log => log.namespace === pod.namespace && log.pod === pod.name)
      : []
    const isUnwell = !pod.ready
    const holds = ({ text }: LogLine) => isUnwell || (klogAge(text, takenAt) ?? recent + 1) <= recent
    return [{ pod, node: pod.node, isUnwell, lines: logs.flatMap(containerLines).filter(holds) }]
  })
