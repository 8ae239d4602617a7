import type { KernelLog } from '../../../shared/node/kernel-log.ts'
import { isOk, type Reading, valueOr } from '../../../shared/reading.ts'
import type { NodeParts } from '../../../shared/snapshot.ts'
import type { ContainerLog } from '../../cluster/component-logs.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { componentOfPod } from '../components.ts'
import { ageOfLine } from '../daemon-logs.ts'
import { plainText, shortText } from '../event-text.ts'
import { containerLines } from '../log-lines.ts'
import { podKey } from '../pods.ts'
import type { EntryDraft } from './draft.ts'
import { bareLine, judgeLine, judgeMessage } from './notable.ts'

/** Lines of CNI, DNS and kube-proxy pods that matter. */
export function draftsOfPodLogs({ cluster, takenAt }: Snapshot): readonly EntryDraft[] {
  const pods = isOk(cluster.pods) ? cluster.pods.value : []
  const byKey = new Map(pods.map(pod => [podKey(pod), pod]))
  const logs = isOk(cluster.componentLogs) ? cluster.componentLogs.value : []
  return logs.flatMap(log => podLogDrafts(log, byKey.get(podKey({ namespace: log.namespace, name: log.pod })), takenAt))
}

function podLogDrafts(log: ContainerLog, pod: Pod | undefined, takenAt: string): readonly EntryDraft[] {
  const kind = pod && componentOfPod(pod)?.kind
  return containerLines(log).flatMap(({ text }) => {
    const judged = judgeLine(text)
    const age = ageOfLine(text, Date.parse(takenAt))
    if (judged === null) return []
    return [
      {
        at: age === null ? null : Date.parse(takenAt) - age,
        node: pod?.node ?? null,
        namespace: log.namespace,
        source: kind === 'proxy' ? ('kube-proxy' as const) : kind === 'dns' ? ('dns' as const) : ('cni' as const),
        subject: `Pod ${log.namespace}/${log.pod}`,
        text: shortText(bareLine(text)),
        isBad: judged.isBad,
        isNodeTime: true,
      },
    ]
  })
}

/** What the programs of a node and its kernel wrote that matters; `readAt` is when it was read, by the node's clock. */
export const draftsOfNodeLogs = (
  node: string,
  { hostLogs, kernelLog }: Pick<NodeParts, 'hostLogs' | 'kernelLog'>,
  readAt: number | null,
): readonly EntryDraft[] => [
  ...(isOk(hostLogs) ? hostLogs.value.logs : []).flatMap(({ component, entries }) =>
    valueOr(entries, []).flatMap(({ time, message }): readonly EntryDraft[] => {
      const text = plainText(message)
      const judged = judgeLine(text)
      const short = shortText(bareLine(text))
      return judged
        ? [{ at: time, node, source: component, subject: '', text: short, ...judged, isNodeTime: true }]
        : []
    }),
  ),
  ...kernelDrafts(node, kernelLog, readAt),
]

function kernelDrafts(node: string, log: Reading<KernelLog>, readAt: number | null): readonly EntryDraft[] {
  if (!isOk(log)) return []
  const { uptimeSeconds, entries } = log.value
  const boot = readAt === null || uptimeSeconds === null ? null : readAt - 1000 * uptimeSeconds
  return entries.flatMap(({ time, secondsSinceBoot, message }): readonly EntryDraft[] => {
    const judged = judgeMessage(message)
    const at = time ?? (boot === null || secondsSinceBoot === null ? null : Math.round(boot + 1000 * secondsSinceBoot))
    return judged ? [{ at, node, source: 'kernel', subject: '', text: message, ...judged, isNodeTime: true }] : []
  })
}
