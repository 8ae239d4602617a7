import type { ApiEvent } from '../../cluster/events.ts'
import type { Pod } from '../../cluster/pods.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { plainText, shortText } from '../../model/event-text.ts'
import { podSubject } from '../../model/pod-subject.ts'
import { ageOf, hour, minute, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'POD004',
  severity: 'error',
  title: 'Pod cannot be taken from its network',
  explains: [],
  cluster: ['pods', 'events'],
  run: ({ cluster: { pods, events }, takenAt }) => {
    const stuck = pods.filter(pod => pod.deleting && (ageOf(pod.deletionTime, takenAt) ?? 0) > minute)
    return found(...stuck.flatMap(pod => draft(pod, events, takenAt) ?? []))
  },
})

/** Messages of kubelet and runtimes about a failed CNI DEL. */
const failure =
  /failed \(delete\)|failed to (?:destroy|teardown|tear down) .*(?:network|sandbox|pod)|KillPodSandboxError.*(?:network|cni)|unable to release IP/i

function draft(pod: Pod, events: readonly ApiEvent[], takenAt: number): Draft | null {
  const event = events.find(
    ({ object, message, lastSeen }) =>
      object.kind === 'Pod' &&
      podKey(object) === podKey(pod) &&
      failure.test(plainText(message)) &&
      (ageOf(lastSeen, takenAt) ?? hour + 1) <= hour,
  )
  if (!event) return null
  return {
    subject: podSubject(pod),
    message: `pod ${podKey(pod)} stays Terminating: its CNI plugin fails to give its network back`,
    evidence: [
      {
        at: `Event of Pod ${podKey(pod)}`,
        observed: `${event.reason} ×${event.count}: ${shortText(plainText(event.message)).slice(0, 400)}`,
      },
      { at: `Pod ${podKey(pod)}`, observed: `being deleted since ${pod.deletionTime}` },
    ],
    danger: 'the pod’s name and address stay taken; a StatefulSet cannot replace it',
    remedies: [
      {
        title: 'mend what the plugin needs for DEL; the kubelet tries again by itself',
        commands: [
          onWorkstation(`kubectl netcheck nodes ${quote(pod.node ?? '')}`.trim()),
          onNode('journalctl -u kubelet --since -15min --no-pager | grep -i -e "failed (delete)" -e teardown | tail'),
        ],
        risk: 'none',
      },
    ],
    verify: `kubectl get pod -n ${quote(pod.namespace)} ${quote(pod.name)}`,
  }
}
