import check from '../../../plugin/checks/rte/rte003-overlapping-ranges.ts'
import type { ClusterValues } from '../../../plugin/engine/snapshot.ts'
import { ok } from '../../../shared/reading.ts'
import { containerLog, containerSpec, crashing, daemonPod, service } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { link, links, route, routes } from '../../support/host-objects.ts'
import { hostOf, podsOnThree, routedNode, routeTo, threeNodes } from '../../support/node-routes.ts'
import { snapshot } from '../../support/snapshot.ts'

const one = (...others: Parameters<typeof hostOf>[1][]) =>
  snapshot({ cluster: threeNodes, nodes: { node1: hostOf(1, ...others) } })
const pool = (cidr: string, disabled = false) => ({
  name: 'pool',
  cidr,
  blockSize: 26,
  ipipMode: 'Always',
  vxlanMode: 'Never',
  natOutgoing: true,
  disabled,
  nodeSelector: 'all()',
})
const calico = daemonPod('docker.io/calico/node:v3', 'calico-node', { node: 'node1' })
const withPool = (cidr: string, disabled = false) =>
  snapshot({
    cluster: { ...threeNodes, pods: [...podsOnThree, calico], calicoBlocks: [], calicoPools: [pool(cidr, disabled)] },
  })

const weave = (range: string, isReady: boolean) =>
  daemonPod('weaveworks/weave-kube:2.8.1', 'weave-net', {
    node: 'node1',
    specs: [containerSpec({ name: 'weave', image: 'weaveworks/weave-kube:2.8.1', env: { IPALLOC_RANGE: range } })],
    ...(isReady ? {} : crashing('weave')),
  })
const withWeave = (isReady: boolean, ...list: Parameters<typeof routes>) =>
  snapshot({
    cluster: {
      nodes: [routedNode(1, { podCIDRs: [] })],
      pods: [weave('10.40.0.0/16', isReady)],
      componentLogs: [{ ...containerLog('weave', 'Network overlaps with existing route'), pod: 'weave-net-x' }],
    },
    nodes: { node1: { routes: ok(routes(...list)).value } },
  })

/** A node with this route beside its own, and a service of the cluster. */
const withService = (
  other: Parameters<typeof hostOf>[1],
  { pods = podsOnThree, ...change }: Partial<ClusterValues> = {},
) =>
  snapshot({
    cluster: {
      ...threeNodes,
      pods,
      ...change,
      services: [service({ clusterIPs: ['10.96.0.1'] })],
    },
    nodes: { node1: hostOf(1, routeTo(2), routeTo(3), other) },
  })
const blackhole = route('10.96.0.0/16', 'lo', { type: 'blackhole' })

checkCases(check, {
  fires: [
    {
      name: 'where a route refuses a part of another node’s range',
      given: one(routeTo(2), routeTo(3), route('10.244.2.7/32', '', { device: null, type: 'blackhole' })),
      subject: 'node1',
      at: 'ip route',
    },
    {
      name: 'where a route refuses the addresses of services',
      given: withService(blackhole),
      subject: 'node1',
      at: 'ip route get 10.96.0.1',
    },
    {
      name: 'where a narrower route of a VPN lies in the range of another node',
      given: one(routeTo(2), routeTo(3), route('10.244.2.0/25', 'vpn0')),
      subject: 'node1',
      at: 'ip route',
    },
    {
      name: 'where a veth pair takes an address of another node',
      given: one(routeTo(2), routeTo(3), route('10.244.2.9/32', 'veth1a2b3c4d')),
      subject: 'node1',
      at: 'ip route',
    },
    {
      name: 'where a bridge of something else has the range of another node',
      given: one(
        routeTo(3),
        route('10.244.2.0/24', 'docker0'),
        route('10.244.2.1/32', 'docker0', { type: 'local', table: 'local' }),
      ),
      subject: 'node1',
      at: 'ip route',
    },
    {
      name: 'where a VPN has the only route to it',
      given: one(route('10.0.0.0/8', 'vpn0')),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where two nodes have one range',
      given: snapshot({
        cluster: { nodes: [routedNode(1), routedNode(2, { podCIDRs: ['10.244.1.0/24'] })], pods: [] },
      }),
      subject: 'node2',
      at: 'Node node1',
    },
    { name: 'where a pool covers the nodes', given: withPool('192.0.2.77/16'), subject: 'cluster', at: 'Node node1' },
    {
      name: 'where services and pods have one range',
      given: snapshot({ cluster: { ...threeNodes, services: [service({ clusterIPs: ['10.244.2.9'] })] } }),
      subject: 'cluster',
      at: 'Services',
    },
    {
      name: 'where Weave Net refuses to start beside a wider route',
      given: withWeave(false, route('10.0.0.0/8', 'eth0', { gateway: '192.0.2.254' })),
      subject: 'node1',
      at: 'Pod kube-system/weave-net-x',
    },
  ],
  silent: [
    {
      name: 'where a daemon refuses what is left of the node’s own range',
      given: one(routeTo(2), routeTo(3), route('10.244.1.64/26', '', { device: null, type: 'blackhole' })),
      answer: 'passed',
    },
    {
      name: 'where a route of the uplink covers services, from which kube-proxy takes them on',
      given: withService(route('10.96.0.0/16', 'eth0', { gateway: '192.0.2.254' })),
      answer: 'passed',
    },
    {
      name: 'where connections to services are taken before any route is looked for',
      given: withService(blackhole, { pods: [...podsOnThree, calico], calicoBlocks: [], calicoPools: [] }),
      answer: 'passed',
    },
    {
      name: 'where a plugin without a bridge gives each pod a route of its own',
      given: one(routeTo(2), routeTo(3), route('10.244.1.7/32', 'veth1a2b3c4d')),
      answer: 'passed',
    },
    {
      name: 'where the device of such a route is a pod’s by its kind',
      given: snapshot({
        cluster: threeNodes,
        nodes: {
          node1: {
            ...hostOf(1, routeTo(2), routeTo(3), route('10.244.1.7/32', 'pod7')),
            links: links(link('eth0', ['192.0.2.1/24']), link('pod7', [], { kind: 'veth' })),
          },
        },
      }),
      answer: 'passed',
    },
    { name: 'where every range is one node’s', given: one(routeTo(2), routeTo(3)), answer: 'passed' },
    {
      name: 'where a VPN is wider than the routes to pods',
      given: one(routeTo(2), routeTo(3), route('10.0.0.0/8', 'vpn0')),
      answer: 'passed',
    },
    { name: 'where the pool covers pods only', given: withPool('10.244.0.0/16'), answer: 'passed' },
    { name: 'where the pool is not in use', given: withPool('192.0.2.0/24', true), answer: 'passed' },
    {
      name: 'where Weave Net runs beside a wider route',
      given: withWeave(true, route('10.0.0.0/8', 'eth0'), route('10.40.0.0/16', 'weave')),
      answer: 'passed',
    },
  ],
})
