import check from '../../../plugin/checks/rte/rte002-route-leads-elsewhere.ts'
import { checkCases } from '../../support/check-cases.ts'
import { hostOf, routedNode, routeTo, threeNodes } from '../../support/node-routes.ts'
import { snapshot } from '../../support/snapshot.ts'

const one = (...others: Parameters<typeof hostOf>[1][]) =>
  snapshot({ cluster: threeNodes, nodes: { node1: hostOf(1, ...others) } })

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
  ],
  silent: [
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
