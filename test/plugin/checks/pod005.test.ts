import check from '../../../plugin/checks/pod/pod005-network-components-restart.ts'
import type { ContainerState } from '../../../plugin/cluster/pods.ts'
import { container, daemonPod, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const restarted = (change: Partial<ContainerState> = {}) =>
  container({ restarts: 2, lastFinishedAt: minutesAgo(10), lastExitCode: 137, lastReason: 'OOMKilled', ...change })
const proxy = (change: Partial<ContainerState> = {}) =>
  daemonPod('kube-proxy:v1.36.0', 'kube-proxy', { containers: [restarted(change)] })
const given = (...pods: ReturnType<typeof pod>[]) => snapshot({ cluster: { pods } })

checkCases(check, {
  fires: [
    {
      name: 'on a run that failed minutes ago',
      given: given(proxy()),
      subject: 'kube-system/kube-proxy-x',
      at: 'container',
    },
  ],
  silent: [
    { name: 'on one of hours ago', given: given(proxy({ lastFinishedAt: minutesAgo(90) })), answer: 'passed' },
    { name: 'on one that ended well', given: given(proxy({ lastExitCode: 0 })), answer: 'passed' },
    {
      name: 'on one that went with its node',
      given: given(proxy({ lastReason: 'Unknown', lastExitCode: 255 })),
      answer: 'passed',
    },
    { name: 'on other pods', given: given(pod({ containers: [restarted()] })), answer: 'passed' },
  ],
})
