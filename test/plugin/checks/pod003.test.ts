import check from '../../../plugin/checks/pod/pod003-waits-without-address.ts'
import { sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const sandboxIs = (status: string) => ({
  conditions: [{ type: 'PodReadyToStartContainers', status, reason: '', message: '', since: null }],
})
const given = (pod: ReturnType<typeof waitingPod>, events: ReturnType<typeof sandboxEvent>[] = []) =>
  snapshot({ cluster: { pods: [pod], events } })
const at = 'default/waiting'

checkCases(check, {
  fires: [
    { name: 'on a pod whose sandbox is not there', given: given(waitingPod(sandboxIs('False'))), subject: 'node1', at },
    {
      name: 'as a warning where the kubelet does not tell',
      given: given(waitingPod()),
      subject: 'node1',
      at,
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on a pod that has its sandbox', given: given(waitingPod(sandboxIs('True'))), answer: 'passed' },
    { name: 'on one of a minute ago', given: given(waitingPod({ createdAt: minutesAgo(1) })), answer: 'passed' },
    {
      name: 'on one that waits for a volume',
      given: given(waitingPod(), [sandboxEvent('MountVolume.SetUp failed', { reason: 'FailedMount' })]),
      answer: 'passed',
    },
    {
      name: 'on one whose event names the network',
      given: given(waitingPod(), [sandboxEvent('failed to setup network for sandbox')]),
      answer: 'passed',
    },
  ],
})
