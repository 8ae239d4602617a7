import check from '../../../plugin/checks/ipm/ipm011-aws-pool-empty.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { crashing, daemonPod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { hostLogs } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const pool = (assigned: number): GivenParts => ({
  awsIpam: { allocations: unavailable('missing', ''), pool: ok({ total: 2, assigned, interfaces: 1 }) },
})
const given = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: parts }, cluster: { pods: [waitingPod()], events: [], ...cluster } })
const failing = {
  events: [
    sandboxEvent(
      'plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
    ),
  ],
}

const agent = (change: Parameters<typeof daemonPod>[2] = {}) =>
  daemonPod('example.com/amazon-k8s-cni:v1.15', 'aws-node', change)
const ipamd = (line: string): GivenParts => ({
  awsIpam: { allocations: unavailable('missing', ''), pool: unavailable('failed', 'ECONNREFUSED') },
  hostLogs: {
    logs: hostLogs('cni', [line]).logs.map(log => ({ ...log, source: '/var/log/aws-routed-eni/ipamd.log' })),
  },
})
const noRight = 'Failed to call ec2:DescribeNetworkInterfaces: UnauthorizedOperation: You are not authorized'

checkCases(check, {
  fires: [
    {
      name: 'where EC2 refuses ipamd, which does not start for it',
      given: given(ipamd(noRight), { pods: [agent(crashing('aws-node'))] }),
      subject: 'node1',
      at: 'ipamd.log',
    },
    { name: 'on a pod that gets no address', given: given(pool(2), failing), subject: 'node1', at: '61679' },
  ],
  silent: [
    {
      name: 'where ipamd does not start for another reason',
      given: given({ ...pool(1), hostLogs: hostLogs('cni', ['x']) }, { pods: [agent(crashing('aws-node'))] }),
      answer: 'passed',
    },
    { name: 'on a full pool that nobody needs more of', given: given(pool(2)), answer: 'passed' },
    {
      name: 'on another failure',
      given: given(pool(2), { events: [sandboxEvent('no route to host')] }),
      answer: 'passed',
    },
    {
      name: 'on another node’s failure',
      given: given(pool(2), {
        events: failing.events.map(event => ({ ...event, host: 'node2' })),
        pods: [waitingPod({ node: 'node2' })],
      }),
      answer: 'passed',
    },
    { name: 'without ipamd', given: given({ awsIpam: unavailable('missing', '') }), answer: 'not-applicable' },
    { name: 'when nothing was read', given: given({}), answer: 'not-run' },
  ],
})
