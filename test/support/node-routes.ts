import type { ApiNode } from '../../plugin/cluster/nodes.ts'
import type { Route } from '../../shared/formats/route.ts'
import { apiNode, pod } from './api-objects.ts'
import { link, links, route, routes } from './host-objects.ts'

/** `node<n>` with the address 192.0.2.<n> and the range 10.244.<n>.0/24 for its pods. */
export const routedNode = (n: number, change: Partial<ApiNode> = {}): ApiNode =>
  apiNode({
    name: `node${n}`,
    addresses: [{ type: 'InternalIP', address: `192.0.2.${n}` }],
    podCIDRs: [`10.244.${n}.0/24`],
    ...change,
  })

/** A pod on each of the nodes 1 to 3, with an address of its range. */
export const podsOnThree = [1, 2, 3].map(n => pod({ name: `web-${n}`, node: `node${n}`, ips: [`10.244.${n}.7`] }))

/** Three nodes, and on each a pod. */
export const threeNodes = { nodes: [1, 2, 3].map(n => routedNode(n)), pods: podsOnThree }

/** A default route, the node's own bridge and these routes to others. */
export const hostOf = (n: number, ...others: Route[]) => ({
  routes: routes(route('0.0.0.0/0', 'eth0', { gateway: '192.0.2.254' }), route(`10.244.${n}.0/24`, 'cni0'), ...others),
  links: links(
    link('eth0', [`192.0.2.${n}/24`]),
    link('cni0', [`10.244.${n}.1/24`], { kind: 'bridge' }),
    link('vpn0', ['198.51.100.9/32'], { state: 'unknown' }),
    link('tunl0', [], { state: 'unknown', kind: 'ipip' }),
    link('eth9', [], { state: 'down' }),
  ),
})

/** The route to the pods of `node<n>` through that node. */
export const routeTo = (n: number, change: Partial<Route> = {}): Route =>
  route(`10.244.${n}.0/24`, 'eth0', { gateway: `192.0.2.${n}`, ...change })
