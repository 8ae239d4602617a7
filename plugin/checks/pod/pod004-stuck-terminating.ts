import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { shortText } from '../../model/event-text.ts'
import { podSubject } from '../../model/pod-subject.ts'
import { podKey } from '../../model/pods.ts'
import { type TeardownFailure, teardownFailures } from '../../model/teardown-failures.ts'

export default clusterCheck({
  code: 'POD004',
  severity: 'error',
  title: 'Pod cannot be taken from its network',
  explains: [],
  cluster: ['pods', 'events'],
  run: ({ cluster: { pods, events }, takenAt }) => {
    return found(...teardownFailures(pods, events, takenAt).map(draft))
  },
})

function draft({ pod, event, text }: TeardownFailure): Draft {
  return {
    subject: podSubject(pod),
    message: `pod ${podKey(pod)} stays Terminating: its CNI plugin fails to give its network back`,
    evidence: [
      {
        at: `Event of Pod ${podKey(pod)}`,
        observed: `${event.reason} ×${event.count}: ${shortText(text).slice(0, 400)}`,
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
