import check from '../../../plugin/checks/ipm/ipm011-aws-pool-empty.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
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

checkCases(check, {
  fires: [{ name: 'on a pod that gets no address', given: given(pool(2), failing), subject: 'node1', at: '61679' }],
  silent: [
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
