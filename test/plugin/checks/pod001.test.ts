import check from '../../../plugin/checks/pod/pod001-sandbox-fails-network.ts'
import { unavailable } from '../../../shared/reading.ts'
import { pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const given = (event: ReturnType<typeof sandboxEvent>, pods = [waitingPod()]) =>
  snapshot({ cluster: { pods, events: [event] } })
const missing = 'failed to find plugin "portmap" in path [/opt/cni/bin]'

checkCases(check, {
  fires: [
    { name: 'on a missing plugin', given: given(sandboxEvent(missing)), subject: 'node1', at: 'default/waiting' },
    {
      name: 'on folded events with nested quotes',
      given: given(
        sandboxEvent('(combined from similar events): Failed \\"plugin type=\\\\\\"bridge\\\\\\" failed (add)\\"'),
      ),
      subject: 'node1',
      at: 'default/waiting',
    },
  ],
  silent: [
    { name: 'on what is not the network', given: given(sandboxEvent('runc create failed: cgroup')), answer: 'passed' },
    {
      name: 'when the pod has become ready',
      given: given(sandboxEvent(missing), [pod({ name: 'waiting' })]),
      answer: 'passed',
    },
    {
      name: 'on an event of hours ago',
      given: given(sandboxEvent(missing, { lastSeen: minutesAgo(120) })),
      answer: 'passed',
    },
    {
      name: 'when events were not read',
      given: snapshot({ cluster: { pods: [], events: unavailable('denied', '') } }),
      answer: 'not-run',
    },
  ],
})
