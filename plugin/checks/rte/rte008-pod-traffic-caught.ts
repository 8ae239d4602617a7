import type { PolicyRule } from '../../../shared/formats/ip-rule.ts'
import type { Route } from '../../../shared/formats/route.ts'
import { type Address, overlaps, parseNetwork } from '../../../shared/ip.ts'
import type { Rules } from '../../../shared/node/rules.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import type { ComponentId } from '../../model/components.ts'
import { holdsAddressOf, isPodDevice } from '../../model/node-paths.ts'
import { landscapeFor, undecidedPaths, undecidedRanges } from '../../model/path-faults.ts'
import type { PodRange } from '../../model/pod-network-map.ts'
import { isStandardRule } from '../../model/policy-rules.ts'
import { lookUpRoute } from '../../model/route-lookup.ts'
import { describeRoute, ruleWords } from '../../model/route-text.ts'

export default clusterCheck({
  code: 'RTE008',
  severity: 'warning',
  title: 'Several default routes or policy rules catch pod traffic',
  explains: ['NET004'],
  cluster: ['nodes'],
  wantsCluster: ['pods', 'calicoBlocks', 'ciliumNodes'],
  wants: ['routes', 'rules', 'links'],
  decisive: ['links', 'rules'],
  run: input => {
    const { map, byName } = landscapeFor(input)
    const hasOwnRules = ruleWriters.some(id => map.products.has(id))
    const drafts = [...input.nodes].flatMap(([name, { routes, rules, links }]) => {
      const node = byName.get(name)
      if (!node || !isOk(routes)) return []
      const own = map.ranges.find(range => range.node === name)
      const caught = hasOwnRules || !own ? null : caughtBy(own, { rules, routes: routes.value })
      const device = isOk(links) ? links.value.links.find(link => holdsAddressOf(link, node))?.name : undefined
      return [
        ...(caught ? [ruleDraft(name, caught)] : []),
        ...(device === undefined ? [] : defaultsDraft(node, { device, list: routes.value.routes })),
      ]
    })
    return foundAmong(drafts, [...undecidedPaths(input), ...undecidedRanges(input)])
  },
})

/** They steer pods' packets by rules of their own. */
const ruleWriters: readonly ComponentId[] = [
  'aws',
  'azure',
  'cilium',
  'kube-router',
  'antrea',
  'kube-ovn',
  'ovn-kubernetes',
]

/** Any address of the internet: from a range that is kept for documentation, so that no route is meant for it. */
const outside: Address = { family: 4, value: 0xc6_33_64_01n }

interface Caught {
  readonly range: PodRange
  readonly rule: PolicyRule
  readonly route: Route
}

/** A rule for the pods' own addresses that sends them out by another device than all else; marks are somebody's purpose. */
function caughtBy(
  range: PodRange,
  { routes, rules }: { routes: Parameters<typeof lookUpRoute>[0]; rules: Reading<Rules> },
): Caught | null {
  if (range.network.family !== 4 || !isOk(rules) || !isOk(rules.value.ipv4)) return null
  const rule = rules.value.ipv4.value.find(
    each => !isStandardRule(each) && each.mark === null && takesFrom(each, range),
  )
  if (!rule) return null
  const source = sourceOf(rule, range)
  const steered = lookUpRoute(routes, rules, { to: outside, from: source })
  const usual = lookUpRoute(routes, null, { to: outside })
  if (steered.kind !== 'found' || usual.kind !== 'found') return null
  const [route] = steered.ways
  const isSame = usual.ways.some(({ device }) => device === route.device)
  return isSame || isPodDevice(route.device ?? '') ? null : { range, rule, route }
}

/** An address of a pod that the rule takes. */
function sourceOf({ from }: PolicyRule, { network }: PodRange): Address {
  const taken = from === null ? null : parseNetwork(from)
  return taken && taken.first > network.first + 2n
    ? { family: 4, value: taken.first }
    : { family: 4, value: network.first + 2n }
}

function takesFrom({ from }: PolicyRule, { network }: PodRange): boolean {
  const source = from === null ? null : parseNetwork(from)
  return source !== null && overlaps(source, network)
}

const ruleDraft = (node: string, { range, rule, route }: Caught): Draft => ({
  subject: { kind: 'Node', name: node },
  key: `rule-${rule.priority}`,
  confidence: 'likely',
  message: `a policy rule of ${node} sends what its pods send to the outside by ${route.device}`,
  evidence: [
    {
      at: `${node}: ip rule`,
      observed: `${rule.priority}: ${ruleWords(rule)}`,
      expected: `no rule for ${range.cidr} but those of the CNI`,
    },
    { at: `${node}: ip route show table ${rule.table}`, observed: describeRoute(route) },
  ],
  danger:
    'packets of pods leave by another network than those of the host: answers may not come back, and masquerading may not apply',
  remedies: [
    {
      title: 'take the rule out, or narrow it to addresses that are not those of pods',
      commands: [onNode('ip rule'), onNode(`ip rule del pref ${rule.priority}`)],
      risk: 'low',
      rollback: `ip rule add ${ruleWords(rule)} pref ${rule.priority}`,
    },
  ],
})

/** One default route is the host's own choice; of several the one that counts should leave by the node's own card. */
function defaultsDraft(node: ApiNode, { device, list }: { device: string; list: readonly Route[] }): Draft[] {
  const defaults = list
    .filter(
      ({ family, table, type, destination }) =>
        family === 4 && table === 'main' && type === 'unicast' && destination.endsWith('/0'),
    )
    .sort((a, b) => a.metric - b.metric)
  const [first] = defaults
  if (!first || defaults.length < 2 || !defaults.some(route => route.device === device)) return []
  if (defaults.some(route => route.metric === first.metric && route.device === device)) return []
  return [
    {
      subject: { kind: 'Node', name: node.name },
      key: 'default',
      confidence: 'likely',
      message: `${node.name} has ${defaults.length} default routes, and the one that counts leaves by ${first.device}, not by ${device}`,
      evidence: [
        ...defaults
          .slice(0, 4)
          .map(route => ({ at: `${node.name}: ip route`, observed: `${describeRoute(route)} metric ${route.metric}` })),
        { at: `Node ${node.name}`, observed: `its address is on ${device}` },
      ],
      danger:
        'packets of pods to the outside leave by a card that the rest of the cluster does not know; some answers take the other way and are dropped',
      remedies: [
        {
          title:
            'keep one default route, or give the one by the node’s own card the least metric, in the host’s network configuration',
          commands: [onNode('ip route show default'), onNode(`ip route del ${describeRoute(first)}`)],
          risk: 'disruptive',
          rollback: `ip route add ${describeRoute(first)} metric ${first.metric}`,
        },
      ],
    },
  ]
}
