import check from '../../../plugin/checks/pod/pod004-stuck-terminating.ts'
import { pod, sandboxEvent } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const message = 'error killing pod: \\"KillPodSandboxError\\": plugin type=\\"bridge\\" failed (delete): no iptables'
const given = (deletionTime: string | null, text = message) =>
  snapshot({
    cluster: {
      pods: [pod({ name: 'waiting', deleting: deletionTime !== null, deletionTime })],
      events: [sandboxEvent(text, { reason: 'FailedKillPod' })],
    },
  })

checkCases(check, {
  fires: [{ name: 'when DEL fails', given: given(minutesAgo(5)), subject: 'default/waiting', at: 'default/waiting' }],
  silent: [
    {
      name: 'when nothing speaks of the network',
      given: given(minutesAgo(5), 'error killing pod: exec'),
      answer: 'passed',
    },
    { name: 'within its first minute', given: given(minutesAgo(0.5)), answer: 'passed' },
    { name: 'when the pod is not being deleted', given: given(null), answer: 'passed' },
  ],
})
