import check from '../../../plugin/checks/fwl/fwl006-native-rules-stop-iptables.ts'
import { unavailable } from '../../../shared/reading.ts'
import { containerLog, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const says = "failed to list rules: iptables v1.8.9 (nf_tables): table `filter' is incompatible, use 'nft' tool."
const given = (text: string, ready = false) =>
  snapshot({
    cluster: {
      pods: [daemonPod('flannel/flannel', 'kube-flannel', { ready })],
      componentLogs: [containerLog('kube-flannel', text)],
    },
    nodes: { node1: {} },
  })
const unread = snapshot({
  cluster: {
    pods: [daemonPod('flannel/flannel', 'kube-flannel', { ready: false })],
    componentLogs: [{ ...containerLog('kube-flannel', ''), current: unavailable('denied', 'no right') }],
  },
  nodes: { node1: {} },
})

checkCases(check, {
  fires: [
    { name: 'when an agent that is not ready says so', given: given(says), subject: 'node1', at: 'kube-flannel' },
  ],
  silent: [
    { name: 'on an agent that is ready now', given: given(says, true), answer: 'passed' },
    { name: 'on other troubles of it', given: given('failed to list rules: exit status 4'), answer: 'passed' },
    { name: 'where its log was not read', given: unread, answer: 'not-run' },
  ],
})
