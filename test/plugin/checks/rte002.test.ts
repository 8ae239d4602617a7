import check from '../../../plugin/checks/rte/rte002-route-leads-elsewhere.ts'
import type { CniResults } from '../../../shared/node/cni-results.ts'
import type { Link } from '../../../shared/node/links.ts'
import type { Neighbours } from '../../../shared/node/neighbours.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { container, daemonPod, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridge, link, links, route, routes } from '../../support/host-objects.ts'
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

/** A node of the AWS VPC CNI, whose pods have a route each: with these of them. */
const onAws = (own: Parameters<typeof hostOf>[1][], annotations: Readonly<Record<string, string>> = {}) =>
  snapshot({
    cluster: {
      nodes: [routedNode(1, { podCIDRs: [] })],
      pods: [
        daemonPod('602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.18.1', 'aws-node'),
        pod({ ips: ['192.0.2.77'], annotations, containers: [container({ startedAt: minutesAgo(60) })] }),
      ],
    },
    nodes: {
      node1: {
        routes: routes(route('0.0.0.0/0', 'eth0', { gateway: '192.0.2.254' }), ...own),
        links: links(link('eth0', ['192.0.2.1/24']), link('eni1a2b', [])),
      },
    },
  })

/** A node whose pod web hangs with `veth1` on cni0: what the network noted, and what the node has by now. */
const withPort = (
  port: Partial<Link>,
  entries: readonly (readonly [address: string, mac: string, state: string])[] = [],
) =>
  snapshot({
    cluster: { nodes: [routedNode(1), routedNode(2)], pods: [pod({ uid: 'u1', ips: ['10.244.1.7'] })] },
    nodes: {
      node1: {
        routes: hostOf(1, routeTo(2)).routes,
        links: links(
          link('eth0', ['192.0.2.1/24']),
          link('cni0', ['10.244.1.1/24'], { kind: 'bridge' }),
          link('veth1', [], { kind: 'veth', master: 'cni0', ...port }),
        ),
        bridges: {
          bridges: [
            {
              ...bridge('cni0', []),
              ports: port.master === null ? [] : [{ name: 'veth1', hairpin: ok(true) }],
            },
          ],
        },
        neighbours: neighbours(...entries),
        cniResults: podResult,
      },
      node2: {
        routes: hostOf(2, routeTo(1)).routes,
        links: links(link('eth0', ['192.0.2.2/24'], { mac: '0a:00:00:00:00:02' })),
      },
    },
  })

const podResult: CniResults = {
  caches: [
    {
      path: '/var/lib/cni/results',
      results: ok({
        entries: [
          {
            network: 'pods',
            containerId: 'c1',
            interfaceName: 'eth0',
            netns: null,
            mtime: null,
            addresses: ['10.244.1.7/24'],
            interfaces: [
              { name: 'cni0', mac: null, inside: false },
              { name: 'veth1', mac: null, inside: false },
              { name: 'eth0', mac: '0A:00:00:00:01:07', inside: true },
            ],
            pod: { namespace: 'shop', name: 'web', uid: 'u1' },
          },
        ],
        strays: [],
        omitted: 0,
      }),
    },
  ],
}

const neighbours = (...entries: readonly (readonly [address: string, mac: string, state: string])[]): Neighbours => {
  const table = { limits: unread, counters: unread, later: unread }
  return {
    entries: ok(
      entries.map(([address, mac, state]) => ({
        address,
        mac,
        state,
        device: address.startsWith('10.') ? 'cni0' : 'eth0',
      })),
    ),
    complete: true,
    ipv4: table,
    ipv6: table,
  }
}

const unread = unavailable('missing', 'not of interest here')

checkCases(check, {
  fires: [
    {
      name: 'where pods of the AWS VPC CNI have lost their routes',
      given: onAws([]),
      subject: 'node1',
      at: 'ip route get 192.0.2.77',
    },
    {
      name: 'where the device of a pod was taken off its bridge',
      given: withPort({ master: null }),
      subject: 'node1',
      at: 'device veth1',
    },
    {
      name: 'where the device of a pod is down',
      given: withPort({ state: 'lowerlayerdown' }),
      subject: 'node1',
      at: 'device veth1',
    },
    {
      name: 'where a pod is written down with a MAC that it does not have',
      given: withPort({}, [['10.244.1.7', '0a:00:00:00:01:99', 'permanent']]),
      subject: 'node1',
      at: 'ip neigh show 10.244.1.7',
    },
    {
      name: 'where another node is written down with a MAC that it does not have',
      given: withPort({}, [['192.0.2.2', '0a:00:00:00:00:99', 'permanent']]),
      subject: 'node1',
      at: 'ip neigh show 192.0.2.2',
    },
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
      name: 'where pods of the AWS VPC CNI have their routes',
      given: onAws([route('192.0.2.77/32', 'eni1a2b')]),
      answer: 'passed',
    },
    {
      name: 'where a pod of the AWS VPC CNI has a card of its own',
      given: onAws([], { 'vpc.amazonaws.com/pod-eni': '[]' }),
      answer: 'passed',
    },
    {
      name: 'where pods and nodes are written down with the MAC that they have',
      given: withPort({}, [
        ['10.244.1.7', '0a:00:00:00:01:07', 'permanent'],
        ['192.0.2.2', '0a:00:00:00:00:02', 'permanent'],
      ]),
      answer: 'passed',
    },
    {
      name: 'where the kernel learned a MAC itself',
      given: withPort({}, [
        ['10.244.1.7', '0a:00:00:00:01:99', 'stale'],
        ['192.0.2.2', '0a:00:00:00:00:99', 'reachable'],
      ]),
      answer: 'passed',
    },
    {
      name: 'where a router answers for all of the others',
      given: withPort({}, [
        ['192.0.2.2', '0a:00:00:00:00:99', 'permanent'],
        ['192.0.2.254', '0a:00:00:00:00:99', 'reachable'],
      ]),
      answer: 'passed',
    },
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
