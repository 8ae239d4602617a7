import type { CniConfig } from '../../../shared/node/cni-config.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { addressOf, isOnLink, type Landscape, type Path, pathsFrom } from '../../model/node-paths.ts'
import { lacksTunnel } from '../../model/overlay-devices.ts'
import { culpritOf, culpritRemedies } from '../../model/path-culprits.ts'
import {
  describePeers,
  findPathFaults,
  landscapeFor,
  type PathFaults,
  type PathInput,
  pathEvidence,
  undecidedPaths,
  undecidedRanges,
} from '../../model/path-faults.ts'

export default clusterCheck({
  code: 'RTE001',
  severity: 'error',
  title: 'No route to another node’s pods',
  explains: ['NET002', 'NET003', 'API003', 'DNS001', 'DNS005', 'DNS009', 'DNS017', 'SVC002', 'POD005'],
  cluster: ['nodes'],
  wantsCluster: ['pods', 'calicoBlocks', 'ciliumNodes'],
  wants: ['routes', 'rules', 'links', 'cniConfig'],
  decisive: ['links', 'rules'],
  run: input => {
    const landscape = landscapeFor(input)
    const { ranges, isRoutedByCloud } = landscape.map
    if (isRoutedByCloud) return notApplicable('the cloud brings packets to pods')
    if (new Set(ranges.map(({ node }) => node)).size < 2)
      return notApplicable('no two nodes have ranges of their own for pods')
    const isCustom = practisesRoutes(input, landscape)
    const faults = findPathFaults(input, landscape, path => isMissing(path, isCustom))
    return foundAmong(
      faults.map(fault => ({
        ...draft(fault, { input, landscape, isCustom, config: input.nodes.get(fault.node)?.cniConfig }),
        ...(lostTunnel(fault.node, input) ? { confidence: 'likely' as const } : {}),
      })),
      [...undecidedPaths(input), ...undecidedRanges(input)],
    )
  },
})

/** Without the tunnel there are no routes by it: the device is what is to be mended. */
const lostTunnel = (node: string, { cluster, nodes }: PathInput): boolean =>
  lacksTunnel(
    cluster.nodes.find(({ name }) => name === node),
    nodes.get(node)?.links,
  )

/** Whether nodes have routes to each other's pods in this cluster; otherwise a router may know them. */
function practisesRoutes(input: PathInput, landscape: Landscape): boolean {
  if (writers.some(id => landscape.map.products.has(id))) return true
  for (const [node, tables] of input.nodes) {
    for (const { state } of pathsFrom(node, tables, landscape)) if (state === 'ok') return true
  }
  return false
}

/** Products that always write routes themselves; Calico, Cilium and others can be configured to rely on a router. */
const writers = ['flannel', 'kindnet', 'kube-router'] as const

const isMissing = ({ state, route }: Path, isCustom: boolean): boolean =>
  state === 'none' ||
  state === 'refused' ||
  state === 'kept' ||
  (state === 'default' && (isCustom || isWholeDefault(route)))

const isWholeDefault = (route: Path['route']): boolean => route?.destination.endsWith('/0') ?? false

interface Scene {
  readonly input: PathInput
  readonly landscape: Landscape
  readonly isCustom: boolean
  readonly config: Reading<CniConfig> | undefined
}

function draft(fault: PathFaults, { input, landscape, isCustom, config }: Scene): Draft {
  const { node, shown } = fault
  const isSure = shown.some(path => path.state !== 'default' || (isCustom && isNear(path, input, landscape)))
  return {
    subject: { kind: 'Node', name: node },
    severity: isSure ? 'error' : isCustom || usesBridge(config) ? 'warning' : 'info',
    confidence: isSure ? 'certain' : 'likely',
    message: messageOf(fault),
    evidence: pathEvidence(
      shown,
      ({ range }) => `a route to ${range.cidr} that leads to ${range.node} (${range.source})`,
    ),
    danger: `pods of ${node} get no answer from pods there: their packets go to a router that does not know that range, or nowhere`,
    remedies: [...culpritRemedies(shown), ...routeRemedies(fault, landscape)],
  }
}

function messageOf(fault: PathFaults): string {
  const culprit = culpritOf(fault.shown)
  const peers = describePeers(fault)
  return culprit
    ? `${culprit} of ${fault.node} keeps its packets from the pods of ${peers}`
    : `${fault.node} has no route to the pods of ${peers}`
}

function routeRemedies({ node, shown: all }: PathFaults, landscape: Landscape): Draft['remedies'] {
  const shown = all.filter(({ rule }) => !rule)
  if (shown.length === 0) return []
  if (landscape.map.products.size > 0)
    return [
      {
        title: 'let the CNI’s agent of this node write its routes again',
        commands: [onWorkstation(`kubectl get pods -A -o wide --field-selector spec.nodeName=${node}`)],
        risk: 'low',
      },
    ]
  const wanted = shown.map(({ range }) => `ip route replace ${range.cidr} via ${addressOf(range, landscape)}`)
  return [
    {
      title: 'add the routes, and write them where the host sets up its network so that they outlive a restart',
      commands: wanted.map(onNode),
      risk: 'low',
      rollback: shown.map(({ range }) => `ip route del ${range.cidr}`).join('; '),
    },
  ]
}

/** kubenet has no file, and relies on routes of the cloud. */
const usesBridge = (config: Reading<CniConfig> | undefined): boolean =>
  config !== undefined &&
  isOk(config) &&
  isOk(config.value.files) &&
  config.value.files.value.some(
    ({ content }) => isOk(content) && content.value.plugins.some(({ type }) => type === 'bridge' || type === 'ptp'),
  )

/** A node on the same link needs no router. */
function isNear({ from, range, route }: Path, { nodes }: PathInput, { byName }: Landscape): boolean {
  const links = nodes.get(from)?.links
  const peer = byName.get(range.node)
  if (!links || !isOk(links) || !peer) return false
  return links.value.links.some(link => link.name === route?.device && isOnLink(link, peer))
}
