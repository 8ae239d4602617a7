import { isOk, type Reading } from '../../shared/reading.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { Pod } from '../cluster/pods.ts'
import { klogAge } from './klog-time.ts'
import { containerLines, type LogLine } from './log-lines.ts'
import { minute } from './pods.ts'
import { isKubeProxy } from './service-proxy.ts'

/** Relevant log lines of one node's kube-proxy. */
export interface ProxyLog {
  readonly pod: Pod
  readonly node: string
  /** Whether it is not running; then all of its last lines count. */
  readonly isUnwell: boolean
  /** For a running one, lines of the last minutes; lines without a time count only for one that is not running. */
  readonly lines: readonly LogLine[]
}

/** A running kube-proxy retries every half minute; an error not repeated for this long is over. */
const recent = 15 * minute

/** The relevant log of every kube-proxy pod. */
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
