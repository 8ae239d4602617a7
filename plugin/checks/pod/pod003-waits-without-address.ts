import { ok } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onWorkstation, quote } from '../../model/command.ts'
import { harmOn } from '../../model/harm.ts'
import { podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'POD003',
  severity: 'error',
  title: 'Pod waits without address',
  explains: ['SVC002', 'DNS001'],
  cluster: ['pods', 'events'],
  run: ({ cluster: { pods, events }, takenAt }) => {
    const names = [...new Set(pods.flatMap(({ node }) => node ?? []))].sort()
    const drafts = names.flatMap(node => {
      const { failures, waiting } = harmOn(node, { pods: ok(pods), events: ok(events) }, takenAt)
      const told = new Set(failures.map(({ pod }) => podKey(pod)))
      const untold = waiting.filter(pod => !told.has(podKey(pod)) && !hasSandbox(pod))
      return untold.length > 0 ? [draft(node, untold)] : []
    })
    return found(...drafts)
  },
})

/** Since 1.29 a condition shows that sandbox and network exist; such a pod waits for something else. */
const hasSandbox = ({ conditions }: Pod): boolean =>
  conditions.some(({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True')

function draft(node: string, pods: readonly Pod[]): Draft {
  const [first] = pods
  const oldest = pods.flatMap(({ createdAt }) => createdAt ?? []).sort()[0]
  const isTold = pods.some(({ conditions }) => conditions.some(({ type }) => type === 'PodReadyToStartContainers'))
  return {
    subject: { kind: 'Node', name: node },
    severity: isTold ? 'error' : 'warning',
    confidence: 'likely',
    message: `${pods.length === 1 ? `pod ${first ? podKey(first) : ''} waits` : `${pods.length} pods wait`} on ${node} for sandbox and address, and no event says why`,
    evidence: pods.slice(0, 3).map(pod => ({
      at: `Pod ${podKey(pod)}`,
      observed: `no address since ${pod.createdAt}; no event about volumes, images or its sandbox`,
    })),
    danger: `what these pods serve is missing${oldest ? `, since ${oldest}` : ''}`,
    remedies: [
      {
        title: 'see whether the node’s kubelet and runtime still work',
        commands: [
          onWorkstation(`kubectl netcheck nodes ${quote(node)}`),
          ...(first ? [onWorkstation(`kubectl describe pod -n ${quote(first.namespace)} ${quote(first.name)}`)] : []),
        ],
        risk: 'none',
      },
    ],
    verify: `kubectl get pods -A --field-selector spec.nodeName=${quote(node)},status.phase=Pending`,
  }
}
