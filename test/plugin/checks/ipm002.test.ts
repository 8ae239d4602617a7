import check from '../../../plugin/checks/ipm/ipm002-range-exhausted.ts'
import { apiNode, containerLog, crashing, daemonPod, pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import {
  addresses,
  bridgeFile,
  cniConfig,
  configFile,
  hostLocal,
  hostLocalIpam,
  plugin,
  runtime,
} from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const small = cniConfig(bridgeFile('10-x.conflist', 'net', '10.244.1.0/29'))
const full = addresses('10.244.1.', 2, 6)
const quiet: GivenCluster = { pods: [pod()], events: [], nodes: [apiNode()] }
const given = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: parts }, cluster: { ...quiet, ...cluster } })
const exhausted =
  '(combined from similar events): plugin type=\\"bridge\\" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.6'
const azure = cniConfig(configFile('10-azure.conflist', { plugins: [plugin('azure-vnet')] }))
const twoRanges = cniConfig(
  configFile('10-x.conflist', {
    plugins: [
      plugin('bridge', {
        ipam: {
          ...hostLocalIpam(''),
          ranges: [
            [...(hostLocalIpam('10.244.1.0/29').ranges[0] ?? []), ...(hostLocalIpam('10.244.9.0/29').ranges[0] ?? [])],
          ],
        },
      }),
    ],
  }),
)

checkCases(check, {
  fires: [
    {
      name: 'where the agent gets no address for its own tunnel',
      given: given(
        {},
        {
          pods: [daemonPod('docker.io/calico/node:v3.27', 'calico-node', crashing('calico-node'))],
          componentLogs: [containerLog('calico-node', 'Unable to autoassign an address - pools are likely exhausted.')],
        },
      ),
      subject: 'node1',
      at: 'Pod kube-system/calico-node-x',
    },
    {
      name: 'where reservations fill the range, gateway and broadcast left out',
      given: given({ cniConfig: small, hostLocal: hostLocal('net', full) }),
      subject: 'node1',
      at: 'node1:/var/lib/cni/networks/net',
    },
    {
      name: 'where flannel’s network fills the node’s own range',
      given: given(
        {
          cniConfig: cniConfig(configFile('10-flannel.conflist', { name: 'cbr0', plugins: [plugin('flannel')] })),
          hostLocal: hostLocal('cbr0', full),
        },
        { nodes: [apiNode({ podCIDRs: ['10.244.1.0/29'] })] },
      ),
      subject: 'node1',
      at: '/var/lib/cni/networks/cbr0',
    },
    {
      name: 'on kubenet, which has no file',
      given: given(
        { cniConfig: cniConfig(), runtime: runtime({ name: 'docker' }), hostLocal: hostLocal('kubenet', full) },
        { nodes: [apiNode({ podCIDRs: ['10.244.1.0/29'] })] },
      ),
      subject: 'node1',
      at: '/var/lib/cni/networks/kubenet',
    },
    {
      name: 'on a pod’s failure, wrapped and escaped, where the store was not read',
      given: given({}, { pods: [waitingPod()], events: [sandboxEvent(exhausted)] }),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'on the words of another address management',
      given: given(
        { cniConfig: azure },
        { pods: [waitingPod()], events: [sandboxEvent('Failed to allocate address: No available addresses')] },
      ),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
  ],
  silent: [
    {
      name: 'where an agent that starts well had no address once',
      given: given(
        { cniConfig: azure, hostLocal: { roots: [] } },
        {
          pods: [daemonPod('docker.io/calico/node:v3.27', 'calico-node')],
          componentLogs: [containerLog('calico-node', 'Unable to autoassign an address - pools are likely exhausted.')],
        },
      ),
      answer: 'not-applicable',
    },
    {
      name: 'with one address left',
      given: given({ cniConfig: small, hostLocal: hostLocal('net', full.slice(1)) }),
      answer: 'passed',
    },
    {
      name: 'where a second range of the set has room',
      given: given({ cniConfig: twoRanges, hostLocal: hostLocal('net', full) }),
      answer: 'passed',
    },
    {
      name: 'where the full store belongs to a network that is no longer used',
      given: given({ cniConfig: small, hostLocal: hostLocal('old', full) }),
      answer: 'passed',
    },
    {
      name: 'on another node’s failure',
      given: given(
        { cniConfig: small, hostLocal: hostLocal('net', []) },
        { pods: [waitingPod({ node: 'node2' })], events: [sandboxEvent(exhausted, { host: 'node2' })] },
      ),
      answer: 'passed',
    },
    {
      name: 'on a failure of hours ago, or one that has passed',
      given: given(
        { cniConfig: small, hostLocal: hostLocal('net', []) },
        {
          pods: [waitingPod(), pod({ name: 'well' })],
          events: [
            sandboxEvent(exhausted, { lastSeen: minutesAgo(90) }),
            sandboxEvent(exhausted, { object: { kind: 'Pod', namespace: 'default', name: 'well', uid: '' } }),
          ],
        },
      ),
      answer: 'passed',
    },
    {
      name: 'where an address is refused for another reason',
      given: given(
        { cniConfig: azure, hostLocal: { roots: [] } },
        {
          pods: [waitingPod()],
          events: [sandboxEvent('error getting IP from IPAM: Address already assigned in block')],
        },
      ),
      answer: 'not-applicable',
    },
    { name: 'when the store was not read and no pod fails', given: given({ cniConfig: small }), answer: 'not-run' },
  ],
})
