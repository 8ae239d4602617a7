import { expect, test } from 'vitest'
import check from '../../../plugin/checks/rte/rte001-no-route-to-pods.ts'
import { runChecks } from '../../../plugin/engine/run.ts'
import type { PolicyRule } from '../../../shared/formats/ip-rule.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, route, routes } from '../../support/host-objects.ts'
import { hostOf, podsOnThree, routedNode, routeTo, threeNodes } from '../../support/node-routes.ts'
import { snapshot } from '../../support/snapshot.ts'

const one = (...others: Parameters<typeof hostOf>[1][]) =>
  snapshot({ cluster: threeNodes, nodes: { node1: hostOf(1, ...others) } })
const condition = {
  type: 'NetworkUnavailable',
  status: 'False',
  reason: 'RouteCreated',
  message: '',
  since: null,
} as const
const inCloud = [1, 2, 3].map(n => routedNode(n, { conditions: [condition] }))
const blocks = [1, 2].map(n => ({
  name: `b${n}`,
  cidr: `10.244.${n}.0/26`,
  node: `node${n}`,
  allocations: [],
  free: 64,
  deleted: false,
}))
const calico = [1, 2].map(n => daemonPod('docker.io/calico/node:v3', 'calico-node', { node: `node${n}` }))

const main: PolicyRule = {
  family: 4,
  priority: 32_766,
  inverted: false,
  from: null,
  to: null,
  mark: null,
  incoming: null,
  outgoing: null,
  table: 'main',
  action: 'lookup',
}
const refusing: PolicyRule = { ...main, priority: 100, to: '10.244.2.0/24', table: null, action: 'blackhole' }

checkCases(check, {
  fires: [
    {
      name: 'in the second family of pods',
      given: snapshot({
        cluster: {
          nodes: [1, 2].map(n => routedNode(n, { podCIDRs: [`10.244.${n}.0/24`, `fd00:10:244:${n}::/64`] })),
          pods: podsOnThree.map(each => ({ ...each, ips: [...each.ips, 'fd00:10:244:2::7'] })),
        },
        nodes: { node1: hostOf(1, routeTo(2)) },
      }),
      subject: 'node1',
      at: 'fd00:10:244:2::',
    },
    { name: 'where one of two routes is missing', given: one(routeTo(3)), subject: 'node1', at: '10.244.2.0' },
    {
      name: 'where a route refuses',
      given: one(routeTo(3), route('10.244.2.0/24', '', { device: null, type: 'unreachable' })),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where a policy rule refuses before any route',
      given: snapshot({
        cluster: threeNodes,
        nodes: { node1: { ...hostOf(1, routeTo(2), routeTo(3)), rules: { ipv4: ok([refusing, main]), ipv6: ok([]) } } },
      }),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where a policy rule leads past the right route',
      given: snapshot({
        cluster: threeNodes,
        nodes: {
          node1: {
            ...hostOf(
              1,
              routeTo(2),
              routeTo(3),
              route('0.0.0.0/0', '', { device: null, type: 'blackhole', table: '200' }),
            ),
            rules: { ipv4: ok([{ ...main, priority: 500, from: '10.244.1.0/24', table: '200' }, main]), ipv6: ok([]) },
          },
        },
      }),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'where the node’s own bridge claims the others’ ranges',
      given: one(route('10.244.0.0/16', 'cni0')),
      subject: 'node1',
      at: '10.244.2.0',
    },
    {
      name: 'with a warning where no node has such routes and a bridge is configured',
      given: snapshot({
        cluster: threeNodes,
        nodes: { node1: { ...hostOf(1), cniConfig: cniConfig(bridgeFile('10-b.conflist', 'b', '10.244.1.0/24')) } },
      }),
      subject: 'node1',
      at: '10.244.3.0',
      severity: 'warning',
    },
    {
      name: 'with a note where nothing is configured, as with kubenet in a cloud',
      given: one(),
      subject: 'node1',
      at: '10.244.3.0',
      severity: 'info',
    },
    {
      name: 'for blocks of Calico',
      given: snapshot({
        cluster: { nodes: threeNodes.nodes, pods: [...podsOnThree, ...calico], calicoBlocks: blocks },
        nodes: { node1: hostOf(1), node2: hostOf(2, route('10.244.1.0/26', 'tunl0', { gateway: '192.0.2.1' })) },
      }),
      subject: 'node1',
      at: '10.244.2.0',
    },
  ],
  silent: [
    {
      name: 'on ranges of a family in which no pod has an address',
      given: snapshot({
        cluster: {
          nodes: [1, 2].map(n => routedNode(n, { podCIDRs: [`10.244.${n}.0/24`, `fd00:10:244:${n}::/64`] })),
          pods: podsOnThree,
        },
        nodes: { node1: hostOf(1, routeTo(2)) },
      }),
      answer: 'passed',
    },
    { name: 'where all routes are there', given: one(routeTo(2), routeTo(3)), answer: 'passed' },
    {
      name: 'where the cloud has the routes',
      given: snapshot({ cluster: { nodes: inCloud, pods: podsOnThree }, nodes: { node1: hostOf(1) } }),
      answer: 'not-applicable',
    },
    {
      name: 'where the other node has no pods yet',
      given: snapshot({
        cluster: { nodes: threeNodes.nodes, pods: podsOnThree.slice(0, 1) },
        nodes: { node1: hostOf(1) },
      }),
      answer: 'passed',
    },
    {
      name: 'where nodes have no ranges',
      given: snapshot({
        cluster: { nodes: [apiNode({ name: 'node1' })], pods: podsOnThree },
        nodes: { node1: hostOf(1) },
      }),
      answer: 'not-applicable',
    },
    {
      name: 'where routes were not read',
      given: snapshot({
        cluster: threeNodes,
        nodes: { node1: { ...hostOf(1), routes: unavailable('denied', 'EPERM') } },
      }),
      answer: 'not-run',
    },
    {
      name: 'where a policy rule leads to a table that has the routes',
      given: snapshot({
        cluster: threeNodes,
        nodes: {
          node1: {
            ...hostOf(1),
            routes: routes(
              route('0.0.0.0/0', 'eth0', { gateway: '192.0.2.254' }),
              routeTo(2, { table: '77' }),
              routeTo(3, { table: '77' }),
            ),
            rules: {
              ipv4: {
                status: 'ok',
                value: [
                  {
                    family: 4,
                    priority: 100,
                    inverted: false,
                    from: null,
                    to: null,
                    mark: null,
                    incoming: null,
                    outgoing: null,
                    table: '77',
                    action: 'lookup',
                  },
                ],
              },
              ipv6: unavailable('missing', ''),
            },
          },
        },
      }),
      answer: 'passed',
    },
  ],
})

const blackhole = { device: null, type: 'blackhole' } as const
const advice = (parts: Parameters<typeof hostOf>[1][], rule: PolicyRule | null) => {
  const rules = { ipv4: ok([...(rule ? [rule] : []), main]), ipv6: ok([]) }
  const report = runChecks(snapshot({ cluster: threeNodes, nodes: { node1: { ...hostOf(1, ...parts), rules } } }), [
    check,
  ])
  return report.findings.flatMap(({ remedies }) => remedies.flatMap(({ commands }) => commands.map(({ run }) => run)))
}

test('what stands before a right route is taken out, and no route is added behind it', () => {
  const past = { ...main, priority: 500, from: '10.244.1.0/24', table: '200' }
  const nowhere = route('0.0.0.0/0', '', { ...blackhole, table: '200' })
  expect(advice([routeTo(2), routeTo(3), nowhere], past)).toEqual(['ip rule', 'ip rule del pref 500'])
  const narrow = route('10.244.2.0/25', '', blackhole)
  expect(advice([routeTo(2), routeTo(3), narrow], null)).toContain('ip route del blackhole 10.244.2.0/25')
})

test('a rule is not to blame where the main table has no route either', () => {
  const past = { ...main, priority: 500, from: '10.244.1.0/24', table: '200' }
  const advised = advice([routeTo(2), route('0.0.0.0/0', 'eth0', { gateway: '192.0.2.254', table: '200' })], past)
  expect(advised).toContain('ip route replace 10.244.3.0/24 via 192.0.2.3')
})
