import check from '../../../plugin/checks/rte/rte002-route-leads-elsewhere.ts'
import type { Link } from '../../../shared/node/links.ts'
import { container, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { link, links, route, routes } from '../../support/host-objects.ts'
import { hostOf, routedNode, routeTo, threeNodes } from '../../support/node-routes.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const one = (...others: Parameters<typeof hostOf>[1][]) =>
  snapshot({ cluster: threeNodes, nodes: { node1: hostOf(1, ...others) } })

/** A node with these routes to its own pod, and this bridge. */
const withBridge = (own: Parameters<typeof hostOf>[1][], bridge: Link, startedAt = minutesAgo(60)) =>
  snapshot({
    cluster: {
      nodes: [routedNode(1)],
      pods: [pod({ ips: ['10.244.1.7'], containers: [container({ startedAt })] })],
    },
    nodes: {
      node1: {
        routes: routes(route('0.0.0.0/0', 'eth0', { gateway: '192.0.2.254' }), ...own),
        links: links(link('eth0', ['192.0.2.1/24']), bridge),
      },
    },
  })

checkCases(check, {
  fires: [
    {
      name: 'where the next hop is a third node',
      given: one(routeTo(2, { gateway: '192.0.2.3' }), routeTo(3)),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where the next hop is an address that the node had once',
      given: one(routeTo(2, { gateway: '192.0.2.77' }), routeTo(3)),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where its device is gone',
      given: one(routeTo(2, { device: 'tun7' })),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where its device is down',
      given: one(routeTo(2, { device: 'eth9' })),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where the bridge of its own pods is down, and with it their route is gone',
      given: withBridge([], link('cni0', ['10.244.1.1/24'], { kind: 'bridge', state: 'down' })),
      subject: 'node1',
      at: 'device cni0',
    },
    {
      name: 'where the bridge of its own pods has lost its address',
      given: withBridge([], link('cni0', ['fe80::1/64'], { kind: 'bridge' })),
      subject: 'node1',
      at: 'ip route get 10.244.1.7',
    },
  ],
  silent: [
    {
      name: 'where the route to its own pods is there',
      given: withBridge([route('10.244.1.0/24', 'cni0')], link('cni0', ['10.244.1.1/24'], { kind: 'bridge' })),
      answer: 'passed',
    },
    {
      name: 'where a pod of its own has only just started',
      given: withBridge([], link('cni0', ['10.244.1.1/24'], { kind: 'bridge' }), minutesAgo(0.3)),
      answer: 'passed',
    },
    { name: 'where routes lead to their nodes', given: one(routeTo(2), routeTo(3)), answer: 'passed' },
    {
      name: 'where a router leads to a node of another link',
      given: snapshot({
        cluster: {
          nodes: [routedNode(1), routedNode(2, { addresses: [{ type: 'InternalIP', address: '203.0.113.2' }] })],
          pods: threeNodes.pods,
        },
        nodes: { node1: hostOf(1, routeTo(2, { gateway: '192.0.2.254' })) },
      }),
      answer: 'passed',
    },
    {
      name: 'where nodes have no ranges',
      given: snapshot({ cluster: { nodes: [routedNode(1, { podCIDRs: [] })], pods: [] }, nodes: { node1: hostOf(1) } }),
      answer: 'not-applicable',
    },
  ],
})
