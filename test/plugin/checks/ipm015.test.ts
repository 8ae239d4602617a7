import check from '../../../plugin/checks/ipm/ipm015-weave-owns-dead-addresses.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import type { Weave } from '../../../shared/node/weave.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { pod, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const unread = unavailable('not-recorded', '')
const [here, gone] = ['a'.repeat(64), 'b'.repeat(64)]
const weave = (ipam: string, ...owners: readonly string[]): Weave => ({
  owned: ok(owners.map((containerId, index) => ({ containerId, addresses: [`10.32.0.${index + 2}/12`] }))),
  status: ok({ version: null, connections: null, ipam, range: null }),
  peers: unread,
  database: unread,
})
const sandboxes = {
  sandboxes: [{ id: here, ready: true, createdAt: minutesAgo(60), pod: { namespace: 'a', name: 'b', uid: '' } }],
}
const given = (parts: GivenParts, pods: readonly Pod[] = []) =>
  snapshot({ nodes: { node1: { sandboxes, ...parts } }, cluster: { pods } })

checkCases(check, {
  fires: [
    {
      name: 'on owners that the runtime does not list, when none is left to give',
      given: given({ weave: weave('waiting for IP(s) to become available', here, gone) }),
      subject: 'node1',
      at: '6784/ip',
    },
    {
      name: 'as a warning while there is room',
      given: given({ weave: weave('ready', here, gone) }),
      subject: 'node1',
      at: '6784/ip',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'where every owner is a sandbox', given: given({ weave: weave('ready', here) }), answer: 'passed' },
    {
      name: 'on what the daemon keeps for itself',
      given: given({ weave: weave('ready', here, 'weave:expose') }),
      answer: 'passed',
    },
    {
      name: 'while a pod starts',
      given: given({ weave: weave('ready', here, gone) }, [waitingPod()]),
      answer: 'passed',
    },
    {
      name: 'where a pod of the API has the address',
      given: given({ weave: weave('ready', here, gone) }, [pod({ ips: ['10.32.0.3'] })]),
      answer: 'passed',
    },
    { name: 'without Weave Net', given: given({ weave: unavailable('missing', '') }), answer: 'not-applicable' },
    {
      name: 'when the runtime does not answer',
      given: given({ weave: weave('ready', gone), sandboxes: unread }),
      answer: 'not-run',
    },
  ],
})
