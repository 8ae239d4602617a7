import check from '../../../plugin/checks/rte/rte004-packets-too-large.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { link, links, route, routes } from '../../support/host-objects.ts'
import { routedNode } from '../../support/node-routes.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

/** `node<n>` whose uplink and pods have these MTUs. */
const plain = (n: number, uplink: number, pods: number): GivenParts => ({
  links: links(
    link('eth0', [`192.0.2.${n}/24`], { mtu: uplink }),
    link('veth1', [], { mtu: pods, kind: 'veth' }),
    link('tunl0', [], { mtu: 1480, kind: 'ipip' }),
  ),
  routes: routes(route('0.0.0.0/0', 'eth0')),
})
const wrapped = (device: string, kind: string, mtus: { uplink: number; overlay: number }): GivenParts => ({
  links: links(
    link('eth0', ['192.0.2.1/24'], { mtu: mtus.uplink }),
    link(device, [], { mtu: mtus.overlay, kind }),
    link('veth1', [], { mtu: mtus.overlay, kind: 'veth' }),
  ),
  routes: routes(route('0.0.0.0/0', 'eth0'), route('10.244.2.0/24', device)),
})
const given = (nodes: Record<string, GivenParts>) =>
  snapshot({ cluster: { nodes: [1, 2, 3].map(n => routedNode(n)) }, nodes })

checkCases(check, {
  fires: [
    {
      name: 'where one uplink takes less than pods and other nodes send',
      given: given({ node1: plain(1, 1500, 1500), node2: plain(2, 1400, 1500), node3: plain(3, 1500, 1500) }),
      subject: 'node2',
      at: 'eth0/mtu',
    },
    {
      name: 'where VXLAN does not fit',
      given: given({ node1: wrapped('flannel.1', 'vxlan', { uplink: 1450, overlay: 1450 }) }),
      subject: 'node1',
      at: 'flannel.1/mtu',
    },
    {
      name: 'where IP in IP does not fit',
      given: given({ node1: wrapped('tunl0', 'ipip', { uplink: 1460, overlay: 1480 }) }),
      subject: 'node1',
      at: 'tunl0/mtu',
    },
    {
      name: 'with a warning where all uplinks take less and tell it',
      given: given({ node1: plain(1, 1460, 1500), node2: plain(2, 1460, 1500) }),
      subject: 'node1',
      at: 'eth0/mtu',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'where packets fit, and an unused tunnel does not count',
      given: given({ node1: plain(1, 1460, 1460), node2: plain(2, 1500, 1460) }),
      answer: 'passed',
    },
    {
      name: 'where jumbo frames pass from end to end',
      given: given({ node1: plain(1, 9001, 9001), node2: plain(2, 9001, 9001) }),
      answer: 'passed',
    },
    {
      name: 'where VXLAN fits',
      given: given({ node1: wrapped('flannel.1', 'vxlan', { uplink: 1500, overlay: 1450 }) }),
      answer: 'passed',
    },
    {
      name: 'where Cilium cuts packets by its routes',
      given: given({ node1: wrapped('cilium_host', 'veth', { uplink: 1500, overlay: 1550 }) }),
      answer: 'passed',
    },
    {
      name: 'where routes were not read',
      given: given({ node1: { ...plain(1, 1500, 1500), routes: unavailable('denied', 'EPERM') } }),
      answer: 'not-run',
    },
  ],
})
