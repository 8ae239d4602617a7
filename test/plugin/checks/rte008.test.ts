import check from '../../../plugin/checks/rte/rte008-pod-traffic-caught.ts'
import type { PolicyRule } from '../../../shared/formats/ip-rule.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { route, routes } from '../../support/host-objects.ts'
import { hostOf, threeNodes } from '../../support/node-routes.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const rule = (from: string, mark: string | null = null): PolicyRule => ({
  family: 4,
  priority: 100,
  inverted: false,
  from,
  to: null,
  mark,
  incoming: null,
  outgoing: null,
  table: '200',
  action: 'lookup',
})
const usual = route('0.0.0.0/0', 'eth0', { gateway: '192.0.2.254', metric: 100 })
const withRule = (each: PolicyRule): GivenParts => ({
  ...hostOf(1),
  routes: routes(usual, route('0.0.0.0/0', 'vpn0', { table: '200' })),
  rules: {
    ipv4: ok([each, { ...rule('', null), from: null, priority: 32_766, table: 'main' }]),
    ipv6: unavailable('missing', ''),
  },
})
const given = (parts: GivenParts, pods = threeNodes.pods) =>
  snapshot({ cluster: { ...threeNodes, pods }, nodes: { node1: parts } })
const twoDefaults = (metric: number): GivenParts => ({
  ...hostOf(1),
  routes: routes(usual, route('0.0.0.0/0', 'vpn0', { metric })),
})

checkCases(check, {
  fires: [
    {
      name: 'where a rule sends pods’ packets into a VPN',
      given: given(withRule(rule('10.244.0.0/16'))),
      subject: 'node1',
      at: 'ip rule',
    },
    {
      name: 'where the rule is for one pod alone',
      given: given(withRule(rule('10.244.1.7/32'))),
      subject: 'node1',
      at: 'ip rule',
    },
    { name: 'where another card wins by its metric', given: given(twoDefaults(50)), subject: 'node1', at: 'ip route' },
  ],
  silent: [
    { name: 'where the rule is for other addresses', given: given(withRule(rule('192.0.2.0/24'))), answer: 'passed' },
    {
      name: 'where the rule takes marked packets',
      given: given(withRule(rule('10.244.0.0/16', '0x1'))),
      answer: 'passed',
    },
    {
      name: 'where the CNI writes such rules',
      given: given(withRule(rule('10.244.0.0/16')), [
        ...threeNodes.pods,
        daemonPod('cloudnativelabs/kube-router:v2', 'kube-router'),
      ]),
      answer: 'passed',
    },
    { name: 'where the node’s own card wins', given: given(twoDefaults(600)), answer: 'passed' },
  ],
})
