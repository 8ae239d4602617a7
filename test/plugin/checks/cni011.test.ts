import check from '../../../plugin/checks/cni/cni011-flannel-without-lease.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, containerLog, containerSpec, crashing, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, snapshot } from '../../support/snapshot.ts'

const image = 'docker.io/flannel/flannel:v0.26'
const command = ['/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr']
const broken = daemonPod(image, 'flannel', {
  ...crashing('flannel'),
  specs: [containerSpec({ name: 'flannel', image, command })],
})
const log = (text: string) => ({ componentLogs: [containerLog('flannel', text)] })
const unread = unavailable('not-recorded', '')
const gone = {
  flannel: unavailable('missing', ''),
  calicoNodeName: unread,
  calicoMtu: unread,
  sockets: {},
}
const given = (cluster: GivenCluster = {}, podCIDRs: readonly string[] = []) =>
  snapshot({
    nodes: { node1: { cniDaemons: gone } },
    cluster: { nodes: [apiNode({ podCIDRs })], pods: [broken], ...cluster },
  })
const notAssigned = log(
  'E1121 11:59:02.110241 1 main.go:359] Error registering network: failed to acquire lease: node \\"node1\\" pod cidr not assigned',
)

checkCases(check, {
  fires: [
    { name: 'where the Node has no range', given: given(notAssigned), subject: 'node1', at: 'Node node1' },
    { name: 'without the log, on what is missing', given: given(log('')), subject: 'node1', at: 'subnet.env' },
    {
      name: 'where the store of leases gives none',
      given: given(log('Failed to acquire lease: out of subnets'), ['10.244.1.0/24']),
      subject: 'node1',
      at: 'Pod kube-system/flannel-x',
    },
  ],
  silent: [
    {
      name: 'where flannel runs',
      given: given({ ...notAssigned, pods: [daemonPod(image, 'flannel')] }),
      answer: 'passed',
    },
    { name: 'where the range was given since', given: given(notAssigned, ['10.244.1.0/24']), answer: 'passed' },
    {
      name: 'where only the API server is out of reach',
      given: given(
        log('failed to acquire lease: Get "https://10.96.0.1:443/api/v1/nodes/x": dial tcp 10.96.0.1:443: i/o timeout'),
        ['10.244.1.0/24'],
      ),
      answer: 'passed',
    },
    { name: 'where there is no flannel', given: given({ pods: [] }), answer: 'not-applicable' },
    { name: 'when its log was not read', given: given({}, ['10.244.1.0/24']), answer: 'not-run' },
  ],
})
