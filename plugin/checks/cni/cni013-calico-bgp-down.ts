import type { Evidence } from '../../../shared/finding.ts'
import type { Sockets } from '../../../shared/node/sockets.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found, notApplicable, passed } from '../../engine/check.ts'
import { type BgpReport, bgpReports, isDown, nodeOfPeer, strayAddress } from '../../model/bgp-links.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { isLive, podKey } from '../../model/pods.ts'

export default clusterCheck({
  code: 'CNI013',
  severity: 'error',
  title: 'Calico BGP not established',
  explains: ['RTE001', 'CNI007'],
  wants: ['sockets'],
  cluster: ['nodes', 'pods', 'events'],
  run: ({ cluster: { nodes, pods, events }, nodes: parts, takenAt }) => {
    if (!pods.some(pod => isLive(pod) && cniComponentsOf(pod).includes('calico')))
      return notApplicable('Calico does not run here')
    const reports = bgpReports({ pods, events }, takenAt)
    // Missing sessions with a node that is down are reported by other checks.
    const felt = reports.filter(({ peers }) => peers.some(peer => !isDown(nodeOfPeer(peer, nodes))))
    if (felt.length === 0) return passed
    const culprits = findCulprits(felt, { nodes, socketsOf: name => parts.get(name)?.sockets })
    return found(...culprits.map(culprit => draft(culprit, felt)))
  },
})

interface Culprit {
  readonly node: string
  readonly kind: 'address' | 'port' | 'all' | 'self'
  readonly evidence: readonly Evidence[]
}

interface Scene {
  readonly nodes: readonly ApiNode[]
  socketsOf(node: string): Reading<Sockets> | undefined
}

/**
 * Nodes with a wrong address or a foreign listener; otherwise the one that all others miss; otherwise each that
 * reports.
 */
function findCulprits(reports: readonly BgpReport[], { nodes, socketsOf }: Scene): readonly Culprit[] {
  const involved = new Set(
    reports.flatMap(({ node, peers }) => [node, ...peers.flatMap(peer => nodeOfPeer(peer, nodes)?.name ?? [])]),
  )
  const named = nodes.filter(({ name }) => involved.has(name))
  const known = named.flatMap(node => addressCulprit(node) ?? portCulprit(node.name, socketsOf(node.name)) ?? [])
  if (known.length > 0) return known
  const missed = commonPeer(reports, nodes)
  return missed
    ? [{ node: missed, kind: 'all', evidence: [] }]
    : reports.map(({ node }) => ({ node, kind: 'self', evidence: [] }))
}

function addressCulprit(node: ApiNode): Culprit | null {
  const stray = strayAddress(node)
  if (stray === null) return null
  const own = node.addresses.find(({ type }) => type === 'InternalIP')?.address
  const evidence = {
    at: `Node ${node.name}: projectcalico.org/IPv4Address`,
    observed: stray,
    ...(own === undefined ? {} : { expected: `its InternalIP ${own}` }),
  }
  return { node: node.name, kind: 'address', evidence: [evidence] }
}

function portCulprit(node: string, sockets: Reading<Sockets> | undefined): Culprit | null {
  if (!sockets || !isOk(sockets)) return null
  const foreign = sockets.value.listeners.find(
    ({ protocol, port, owner }) =>
      protocol === 'tcp' && port === 179 && isOk(owner) && !/^(?:bird|calico)/.test(owner.value.name),
  )
  if (!foreign || !isOk(foreign.owner)) return null
  const { name, pid } = foreign.owner.value
  const evidence = {
    at: `${node}: listener of TCP 179`,
    observed: `${name} (pid ${pid})`,
    expected: 'bird of calico-node',
  }
  return { node, kind: 'port', evidence: [evidence] }
}

/** A node that every other report names and that itself misses more than one session. */
function commonPeer(reports: readonly BgpReport[], nodes: readonly ApiNode[]): string | null {
  const candidates = nodes.filter(({ name }) => {
    const others = reports.filter(({ node }) => node !== name)
    return others.length > 1 && others.every(({ peers }) => peers.some(peer => nodeOfPeer(peer, nodes)?.name === name))
  })
  return candidates.length === 1 ? (candidates[0]?.name ?? null) : null
}

function draft({ node, kind, evidence }: Culprit, reports: readonly BgpReport[]): Draft {
  const own = reports.filter(report => report.node === node)
  return {
    subject: { kind: 'Node', name: node },
    confidence: kind === 'self' ? 'likely' : 'certain',
    message: `calico-node on ${node} ${reasons[kind]}`,
    evidence: [...evidence, ...(own.length > 0 ? own : reports).slice(0, 3).map(reportEvidence)],
    danger: 'nodes without a session do not learn each other’s routes, so their pods do not reach each other',
    remedies: remedies(node, kind),
  }
}

const reasons: Readonly<Record<Culprit['kind'], string>> = {
  address: 'took another address than the Node’s own, so its BGP sessions are not established',
  port: 'does not get TCP port 179, another program listens there, so its BGP sessions are not established',
  all: 'has no BGP session with any other node that reports',
  self: 'has BGP sessions that are not established',
}

const reportEvidence = ({ pod, text, peers }: BgpReport): Evidence => ({
  at: `Event of Pod ${podKey(pod)}`,
  observed: oneLine(text, 240),
  expected: `sessions with ${oneLine(peers.join(', '), 120)}`,
})

function remedies(node: string, kind: Culprit['kind']): Draft['remedies'] {
  if (kind === 'address')
    return [
      {
        title:
          'let Calico take the address that Kubernetes uses; calico-node restarts on all nodes, one after the other',
        commands: [
          onWorkstation(
            'kubectl -n kube-system set env daemonset/calico-node -c calico-node IP_AUTODETECTION_METHOD=kubernetes-internal-ip',
          ),
        ],
        risk: 'disruptive',
        rollback: 'kubectl -n kube-system set env daemonset/calico-node -c calico-node IP_AUTODETECTION_METHOD-',
      },
    ]
  if (kind === 'port')
    return [
      {
        title: 'stop the other program, or give Calico another port (bgpConfiguration listenPort)',
        commands: [onNode('ss -tlnp sport = :179')],
        risk: 'low',
      },
    ]
  return [
    {
      title:
        'see the sessions, and let TCP 179 pass between the nodes in both directions (host firewall, security groups)',
      commands: [
        onNode('calicoctl node status'),
        onNode('nc -zv <address of the peer> 179'),
        onWorkstation(`kubectl get node ${quote(node)} -o yaml | grep projectcalico.org`),
      ],
      risk: 'none',
    },
  ]
}
