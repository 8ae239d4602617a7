import check from '../../../plugin/checks/ipm/ipm010-calico-addresses-leaked.ts'
import type { CalicoAllocation } from '../../../plugin/cluster/calico-blocks.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, containerLog, crashing, daemonPod, pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, minutesAgo, snapshot } from '../../support/snapshot.ts'

const ofPod = (minutes: number, change: Partial<CalicoAllocation> = {}): CalicoAllocation => ({
  ordinal: 9,
  handle: 'k8s-pod-network.x',
  attributes: { namespace: 'shop', pod: 'gone', node: 'node1', timestamp: minutesAgo(minutes) },
  releasedAt: null,
  ...change,
})
const block = (...allocations: CalicoAllocation[]): GivenCluster => ({
  calicoBlocks: [{ name: 'b', cidr: '10.244.1.0/26', node: 'node1', allocations, free: 60, deleted: false }],
})
const given = (cluster: GivenCluster) => snapshot({ cluster: { pods: [pod()], events: [], ...cluster } })
const fixed = 'plugin type="calico" failed (add): error getting IP from IPAM: Address already assigned in block'

const goneBlock = (allocations: readonly CalicoAllocation[]) => block(...allocations)
const starving = daemonPod('docker.io/calico/node:v3.27', 'calico-node', { node: 'node2', ...crashing('calico-node') })

checkCases(check, {
  fires: [
    {
      name: 'on addresses of a node that is gone',
      given: given({ ...goneBlock([ofPod(60)]), nodes: [apiNode({ name: 'node2' })] }),
      subject: 'node1',
      at: '10.244.1.0/26',
    },
    {
      name: 'as an error of the node whose agent gets no address for its tunnel',
      given: given({
        ...goneBlock([ofPod(60)]),
        nodes: [apiNode({ name: 'node2' })],
        pods: [starving],
        componentLogs: [
          containerLog('calico-node', '[FATAL][52] Unable to autoassign an address - pools are likely exhausted.'),
        ],
      }),
      subject: 'node2',
      at: 'Pod kube-system/calico-node-x',
      severity: 'error',
    },
    {
      name: 'on an address of a pod that is gone',
      given: given(block(ofPod(60))),
      subject: 'node1',
      at: '10.244.1.0/26',
    },
    {
      name: 'as an error of the pod that wants the address',
      given: given({ ...block(ofPod(60)), pods: [waitingPod()], events: [sandboxEvent(fixed)] }),
      subject: 'default/waiting',
      at: 'Event of Pod default/waiting',
      severity: 'error',
    },
  ],
  silent: [
    {
      name: 'on an empty block that a deleted node leaves',
      given: given({ ...goneBlock([]), nodes: [apiNode({ name: 'node2' })] }),
      answer: 'passed',
    },
    {
      name: 'on blocks of nodes that exist, when an agent complains for another reason',
      given: given({
        ...goneBlock([]),
        nodes: [apiNode()],
        pods: [starving],
        componentLogs: [containerLog('calico-node', 'FATAL connection is unauthorized')],
      }),
      answer: 'passed',
    },
    {
      name: 'on an address that a pod has',
      given: given({ ...block(ofPod(60)), pods: [pod({ ips: ['10.244.1.9'] })] }),
      answer: 'passed',
    },
    {
      name: 'while the pod starts',
      given: given({ ...block(ofPod(60)), pods: [waitingPod({ namespace: 'shop', name: 'gone' })] }),
      answer: 'passed',
    },
    { name: 'on a young one', given: given(block(ofPod(20))), answer: 'passed' },
    { name: 'while it cools down', given: given(block(ofPod(60, { releasedAt: minutesAgo(1) }))), answer: 'passed' },
    {
      name: 'on the address of a tunnel',
      given: given(block(ofPod(60, { attributes: { type: 'ipipTunnelAddress', node: 'node1' } }))),
      answer: 'passed',
    },
    { name: 'without Calico', given: given({ calicoBlocks: unavailable('missing', '404') }), answer: 'not-applicable' },
    {
      name: 'when blocks were not read',
      given: given({ calicoBlocks: unavailable('denied', '403') }),
      answer: 'not-run',
    },
  ],
})
