import check from '../../../plugin/checks/cni/cni014-cilium-socket-missing.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, kernel, plugin } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const unread = unavailable('not-recorded', '')
const missing = unavailable('missing', '')
const agent = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')
const parts = (socket: Reading<string>, change: GivenParts = {}): GivenParts => ({
  cniConfig: cniConfig(configFile('05-cilium.conflist', { plugins: [plugin('cilium-cni')] })),
  cniDaemons: {
    flannel: unread,
    calicoNodeName: unread,
    calicoMtu: unread,
    sockets: { '/var/run/cilium/cilium.sock': socket },
  },
  ...change,
})
const given = (node: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({
    nodes: { node1: node },
    cluster: { nodes: [apiNode()], pods: [waitingPod(), agent], events: [], ...cluster },
  })
const fails = (message: string): GivenCluster => ({ events: [sandboxEvent(message)] })
const now = fails(
  'unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get "http:///var/run/cilium/cilium.sock/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory',
)
const old = fails('unable to retrieve configuration from cilium-agent: Get http%3A%2F%2F: %!F(MISSING)')

checkCases(check, {
  fires: [
    {
      name: 'where the socket is gone and a pod fails for it',
      given: given(parts(missing), now),
      subject: 'node1',
      at: 'cilium.sock',
    },
    {
      name: 'by the event alone where the socket was not looked for',
      given: given(parts(unread), old),
      subject: 'node1',
      at: 'Event of Pod',
    },
  ],
  silent: [
    { name: 'where the socket is there again', given: given(parts(ok('socket')), now), answer: 'passed' },
    { name: 'where no pod needed it yet', given: given(parts(missing)), answer: 'passed' },
    {
      name: 'in the first minute after a boot',
      given: given(parts(missing, { kernel: { ...kernel('6.1.0'), uptimeSeconds: ok(20) } }), now),
      answer: 'passed',
    },
    {
      name: 'where another CNI serves the pods',
      given: given({ cniConfig: cniConfig(bridgeFile('10-x.conflist', 'net', '10.1.0.0/24')) }, now),
      answer: 'not-applicable',
    },
    {
      name: 'when neither socket nor events were read',
      given: given(parts(unread), { events: unread }),
      answer: 'not-run',
    },
  ],
})
