import check from '../../../plugin/checks/rte/rte011-pod-routes-leave-cluster.ts'
import type { Route } from '../../../shared/formats/route.ts'
import type { PodNamespaces } from '../../../shared/node/pod-namespaces.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { pod, service } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { route } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const unread = unavailable('not-recorded', '')
const inside = (list: Route[], isHost = false): PodNamespaces => ({
  namespaces: [
    {
      pods: [{ uid: 'u1', namespace: 'default', name: 'web-1', resolver: unread }],
      isHost,
      network: ok({
        devices: unread,
        listeners: unread,
        firstFreePort: unread,
        addresses: ok([{ device: 'eth0', address: '10.244.1.2/24' }]),
        routes: ok(list),
      }),
    },
  ],
  complete: true,
})
const usual = route('0.0.0.0/0', 'eth0', { gateway: '10.244.1.1' })
const given = (podNamespaces: PodNamespaces) =>
  snapshot({ cluster: { pods: [pod({ uid: 'u1' })], services: [service()] }, nodes: { node1: { podNamespaces } } })

checkCases(check, {
  fires: [
    {
      name: 'where a VPN takes one half of all addresses',
      given: given(inside([usual, route('0.0.0.0/1', 'tun0'), route('128.0.0.0/1', 'tun0')])),
      subject: 'default/web-1',
      at: 'ip route',
    },
    {
      name: 'where the default route is gone',
      given: given(inside([route('10.244.1.0/24', 'eth0')])),
      subject: 'default/web-1',
      at: 'ip route',
      severity: 'error',
    },
  ],
  silent: [
    {
      name: 'where there are routes to the cluster’s ranges alone',
      given: given(inside([route('10.96.0.0/12', 'eth0', { gateway: '10.244.1.1' })])),
      answer: 'passed',
    },
    { name: 'where the pod has one way out', given: given(inside([usual])), answer: 'passed' },
    {
      name: 'where a second device has its own network only',
      given: given(inside([usual, route('198.51.100.0/24', 'net1')])),
      answer: 'passed',
    },
    {
      name: 'where the network is that of the host',
      given: given(inside([usual, route('0.0.0.0/1', 'tun0')], true)),
      answer: 'passed',
    },
  ],
})
