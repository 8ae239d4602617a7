import check from '../../../plugin/checks/ipm/ipm014-allocations-without-pod.ts'
import type { CiliumEndpoint } from '../../../plugin/cluster/cilium-endpoints.ts'
import { unavailable } from '../../../shared/reading.ts'
import { pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, minutesAgo, snapshot } from '../../support/snapshot.ts'

const none = unavailable('missing', '404')
const given = (cluster: GivenCluster) =>
  snapshot({
    cluster: {
      whereaboutsPools: none,
      whereaboutsReservations: none,
      ciliumNodes: none,
      ciliumEndpoints: none,
      pods: [pod()],
      events: [],
      ...cluster,
    },
  })
const kept = (address: string, owner: string, claim: string | null = null): GivenCluster => ({
  whereaboutsPools: [
    { name: 'net', range: '10.9.0.0/28', allocations: [{ address, containerId: 'c', pod: owner, claim }] },
  ],
})
const endpoint = (change: Partial<CiliumEndpoint>): GivenCluster => ({
  ciliumEndpoints: [
    {
      namespace: 'shop',
      name: 'gone',
      state: 'ready',
      nodeAddress: null,
      ips: ['10.0.0.9'],
      createdAt: minutesAgo(60),
      ...change,
    },
  ],
})
const cilium = (owner: string): GivenCluster => ({
  ciliumNodes: [
    {
      name: 'node1',
      addresses: [],
      podCIDRs: [],
      operatorError: '',
      pool: 8,
      used: [{ address: '10.0.0.9', owner }],
    },
  ],
})
const told = (...ips: string[]) => ({
  annotations: { 'k8s.v1.cni.cncf.io/network-status': JSON.stringify([{ name: 'x', ips }]) },
})
const refused =
  '[shop/waiting:storage]: error adding container to network "storage": Error at storage engine: Could not allocate IP in range: ip: 10.9.0.1 / - 10.9.0.14'
const full = 'plugin type="cilium-cni" failed (add): unable to allocate IP via local cilium agent: range is full'

checkCases(check, {
  fires: [
    {
      name: 'on an allocation of Whereabouts for a pod that is gone',
      given: given(kept('10.9.0.3', 'shop/gone')),
      subject: 'shop/gone',
      at: 'IPPool net',
    },
    {
      name: 'on one for a pod that tells of other addresses',
      given: given({ ...kept('10.9.0.3', 'default/web-1'), pods: [pod(told('10.9.0.4'))] }),
      subject: 'default/web-1',
      at: 'IPPool net',
    },
    {
      name: 'on a reservation of the cluster for a pod that is gone',
      given: given({ whereaboutsReservations: [{ name: 'fd00--9', pod: 'shop/gone', claim: null }] }),
      subject: 'shop/gone',
      at: 'OverlappingRangeIPReservation fd00--9',
    },
    {
      name: 'as an error of the pod that gets none',
      given: given({
        ...kept('10.9.0.3', 'shop/gone'),
        pods: [waitingPod()],
        events: [sandboxEvent(refused)],
      }),
      subject: 'default/waiting',
      at: 'Event of Pod default/waiting',
      severity: 'error',
    },
    {
      name: 'on an endpoint of Cilium without its pod',
      given: given(endpoint({})),
      subject: 'shop/gone',
      at: 'CiliumEndpoint shop/gone',
    },
    {
      name: 'on an address that the operator of Cilium counts for a pod that is gone, when none is left',
      given: given({ ...cilium('shop/gone'), pods: [waitingPod()], events: [sandboxEvent(full)] }),
      subject: 'default/waiting',
      at: 'CiliumNode node1',
      severity: 'error',
    },
  ],
  silent: [
    {
      name: 'on an address that a pod tells of',
      given: given({ ...kept('10.9.0.3', 'default/web-1'), pods: [pod(told('10.244.1.2', '10.9.0.3'))] }),
      answer: 'passed',
    },
    {
      name: 'on a pod that tells nothing of its other networks',
      given: given(kept('10.9.0.3', 'default/web-1')),
      answer: 'passed',
    },
    {
      name: 'while a pod starts',
      given: given({ ...kept('10.9.0.3', 'default/waiting'), pods: [waitingPod(told('10.9.0.4'))] }),
      answer: 'passed',
    },
    { name: 'on an address of a claim', given: given(kept('10.9.0.3', 'shop/gone', 'shop/vm')), answer: 'passed' },
    { name: 'on a young endpoint', given: given(endpoint({ createdAt: minutesAgo(20) })), answer: 'passed' },
    { name: 'on what Cilium itself uses', given: given(cilium('router')), answer: 'passed' },
    { name: 'without either', given: given({}), answer: 'not-applicable' },
    {
      name: 'when ranges were not read',
      given: given({ whereaboutsPools: unavailable('denied', '403') }),
      answer: 'not-run',
    },
  ],
})
