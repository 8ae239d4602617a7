import check from '../../../plugin/checks/ipm/ipm009-azure-addresses-dead.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const unread = unavailable('not-recorded', '')
const state = (id: string, inUse: boolean): GivenParts => ({
  azureIpam: {
    pools: ok([
      {
        id: '10.240.0.0/16',
        gateway: null,
        interfaceName: 'eth0',
        addresses: [{ address: '10.240.0.5', id, inUse }],
      },
    ]),
    endpoints: unread,
  },
})
const sandboxes = {
  sandboxes: [
    { id: 'a'.repeat(64), ready: true, createdAt: minutesAgo(60), pod: { namespace: 'a', name: 'b', uid: '' } },
  ],
}
const none = 'plugin type="azure-vnet" failed (add): Failed to allocate address: No available addresses'
const given = (parts: GivenParts, pods: readonly Pod[] = [], events = [sandboxEvent(none)]) =>
  snapshot({ nodes: { node1: { sandboxes, ...parts } }, cluster: { pods, events } })
const at = '/var/run/azure-vnet-ipam.json'
const two = ok([
  {
    id: 'p',
    gateway: null,
    interfaceName: null,
    addresses: ['10.240.0.5', '10.240.0.6'].map(address => ({ address, id: 'bbbbbbbb-eth0', inUse: false })),
  },
])

checkCases(check, {
  fires: [
    { name: 'on an owner that is gone', given: given(state('bbbbbbbb-eth0', true)), subject: 'node1', at },
    { name: 'on an owner that a reboot left', given: given(state('bbbbbbbb-eth0', false)), subject: 'node1', at },
    {
      name: 'as an error while a pod gets none',
      given: given({ azureIpam: { pools: two, endpoints: unread } }, [waitingPod()]),
      subject: 'node1',
      at,
      severity: 'error',
    },
  ],
  silent: [
    { name: 'on a free address', given: given(state('', false)), answer: 'passed' },
    { name: 'on a sandbox that lives', given: given(state('aaaaaaaa-eth0', true)), answer: 'passed' },
    {
      name: 'on the address of a pod',
      given: given(state('x', true), [pod({ ips: ['10.240.0.5'] })]),
      answer: 'passed',
    },
    {
      name: 'without this address management',
      given: given({ azureIpam: unavailable('missing', '') }),
      answer: 'not-applicable',
    },
    {
      name: 'when the runtime does not answer',
      given: given({ ...state('x', true), sandboxes: unread }),
      answer: 'not-run',
    },
  ],
})
