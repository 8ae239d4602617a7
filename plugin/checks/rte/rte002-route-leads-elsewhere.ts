import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { addressOf, type Landscape, type Path, type PathState } from '../../model/node-paths.ts'
import { findOwnPodsUnlinked } from '../../model/own-pod-links.ts'
import { findOwnPodsLost, hasHostRoutes, isSettled } from '../../model/own-pod-routes.ts'
import { culpritOf, culpritRemedies } from '../../model/path-culprits.ts'
import {
  describePeers,
  findPathFaults,
  landscapeFor,
  type PathFaults,
  pathEvidence,
  undecidedPaths,
  undecidedRanges,
} from '../../model/path-faults.ts'
import { describeRoute } from '../../model/route-text.ts'
import { findWrongNeighbours } from '../../model/wrong-neighbours.ts'

export default clusterCheck({
  code: 'RTE002',
  severity: 'error',
  title: 'Route leads to the wrong place',
  explains: ['NET002', 'NET003', 'API003', 'DNS001', 'DNS005', 'DNS009', 'DNS017', 'SVC002', 'POD005'],
  cluster: ['nodes'],
  wantsCluster: ['pods', 'calicoBlocks', 'ciliumNodes'],
  wants: ['routes', 'rules', 'links', 'bridges', 'neighbours', 'cniResults'],
  decisive: ['links', 'rules', 'bridges', 'neighbours', 'cniResults'],
  run: input => {
    const { nodes, maybeCluster, takenAt } = input
    const landscape = landscapeFor(input)
    if (landscape.map.ranges.length === 0 && !hasHostRoutes(landscape.map))
      return notApplicable('no node has a range of its own for pods')
    const faults = findPathFaults(input, landscape, ({ state }) => state in reasons)
    return foundAmong(
      [
        ...faults.map(fault => draft(fault, landscape)),
        ...findOwnPodsLost(input, landscape),
        ...findWrongNeighbours(nodes, landscape.owners),
        ...findOwnPodsUnlinked({ nodes, pods: maybeCluster.pods, isSettled: pod => isSettled(pod, takenAt) }),
      ],
      [...undecidedPaths(input), ...undecidedRanges(input)],
    )
  },
})

const reasons: Partial<Record<PathState, (path: Path) => string>> = {
  'other-node': ({ owner, range }) => `the next hop is ${owner}, and the range is that of ${range.node}`,
  nobody: ({ range }) => `the next hop is no node's address; ${range.node} is on the same link`,
  'device-gone': ({ route }) => `there is no device ${route?.device}`,
  'device-down': ({ route }) => `device ${route?.device} is down`,
}

function draft(fault: PathFaults, landscape: Landscape): Draft {
  const { node, shown } = fault
  const [first] = shown
  const culprit = culpritOf(shown)
  return {
    subject: { kind: 'Node', name: node },
    message: `${culprit ? `${culprit} of ${node}` : node} sends packets for the pods of ${describePeers(fault)} to the wrong place: ${first ? reasons[first.state]?.(first) : ''}`,
    evidence: pathEvidence(shown, path => `a way to ${path.range.node}; but ${reasons[path.state]?.(path)}`),
    danger: `pods of ${node} get no answer from pods there`,
    remedies: [...culpritRemedies(shown), ...routeRemedies(shown, landscape)],
  }
}

function routeRemedies(shown: readonly Path[], landscape: Landscape): Draft['remedies'] {
  const wrong = shown.flatMap(({ rule, route, range }) => (route && !rule ? [{ route, range }] : []))
  if (wrong.length === 0) return []
  const hasAgent = landscape.map.products.size > 0
  return [
    {
      title: 'find out who wrote the route; an address of the other node may have changed since',
      commands: [...wrong.map(({ route }) => onNode(`ip route show ${route.destination}`)), onNode('ip -br link')],
      risk: 'none',
    },
    {
      title: hasAgent
        ? 'take the wrong routes out; the CNI’s agent writes its own again when it is restarted'
        : 'let the routes lead to the nodes that have the pods, and write them where the host sets up its network',
      commands: wrong.map(({ route, range }) =>
        onNode(
          hasAgent
            ? `ip route del ${describeRoute(route)}`
            : `ip route replace ${route.destination} via ${addressOf(range, landscape)}`,
        ),
      ),
      risk: 'low',
      rollback: wrong.map(({ route }) => `ip route replace ${describeRoute(route)}`).join('; '),
    },
  ]
}
