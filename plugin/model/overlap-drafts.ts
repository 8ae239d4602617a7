import type { Remedy } from '../../shared/finding.ts'
import type { Route } from '../../shared/formats/route.ts'
import { parseNetwork } from '../../shared/ip.ts'
import type { Routes } from '../../shared/node/routes.ts'
import { isOk, type Part, type Reading, valueOr } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import type { ContainerLog } from '../cluster/component-logs.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Draft } from '../engine/check.ts'
import { onNode, onWorkstation } from './command.ts'
import { containerLines } from './log-lines.ts'
import { culpritOf, culpritRemedies } from './path-culprits.ts'
import { describePeers, type PathFaults, pathEvidence } from './path-faults.ts'
import type { PodRange } from './pod-network-map.ts'
import { livePodsOn } from './pods.ts'
import { type Intruder, type NamedRange, routesOver } from './range-overlaps.ts'
import { describeRoute } from './route-text.ts'
import { isWeave } from './weave-range.ts'

/** Finding: two nodes with overlapping pod ranges. */
export const sharedDraft = ([one, other]: readonly [PodRange, PodRange]): Draft => ({
  subject: { kind: 'Node', name: other.node, nodes: [one.node, other.node] },
  key: other.cidr,
  message: `${other.node} and ${one.node} have the same range for their pods: ${other.cidr} and ${one.cidr}`,
  evidence: [one, other].map(({ source, cidr }) => ({ at: source, observed: cidr, expected: 'a range of its own' })),
  danger: 'pods of both nodes have the same addresses; packets reach one of the two nodes only',
  remedies: [
    {
      title: 'take the younger node out and let it join again, so that it is given a free range',
      commands: [
        onWorkstation(`kubectl drain ${other.node} --ignore-daemonsets`),
        onWorkstation(`kubectl delete node ${other.node}   # then restart its kubelet`),
      ],
      risk: 'disruptive',
      rollback: `kubectl uncordon ${other.node}`,
    },
  ],
})

/** Finding: node addresses inside a pod range. */
export function nodesDraft({ name, cidr }: NamedRange, within: readonly ApiNode[]): Draft[] {
  const [first] = within
  if (!first) return []
  const address = first.addresses.find(({ type }) => type === 'InternalIP')?.address
  return [
    {
      subject: { kind: 'Cluster', name: 'cluster' },
      key: `nodes-${cidr}`,
      message: `${name}, ${canonical(cidr)}, covers the network of the nodes: ${within.length === 1 ? first.name : `${within.length} nodes`} with addresses such as ${address}`,
      evidence: within.slice(0, 5).map(node => ({
        at: `Node ${node.name}`,
        observed: `InternalIP ${node.addresses.find(({ type }) => type === 'InternalIP')?.address}`,
        expected: `an address outside of ${canonical(cidr)} (${name})`,
      })),
      danger: 'packets of pods to nodes, to the API server and to hosts beside them are taken for packets to pods',
      remedies: [move],
    },
  ]
}

const move: Remedy = {
  title: 'give pods a range that nothing else uses: add a new one, take the old one out of use, and make the pods anew',
  commands: [
    onWorkstation(
      'kubectl get ippools.crd.projectcalico.org -o yaml   # Calico: add a pool, set disabled: true on the old one',
    ),
    onWorkstation('kubectl get nodes -o custom-columns=NAME:.metadata.name,PODS:.spec.podCIDRs'),
  ],
  risk: 'disruptive',
  rollback: 'set disabled: false on the old pool',
}

/** A network in evidence; when host bits are set, with the network it really is. */
function canonical(cidr: string): string {
  const network = parseNetwork(cidr)
  if (!network || network.family === 6 || network.first === network.address) return cidr
  const octets = [24n, 16n, 8n, 0n].map(shift => String((network.first >> shift) & 255n))
  return `${cidr} (in truth ${octets.join('.')}/${network.prefix})`
}

/** Finding: service addresses inside a pod range. */
export const servicesDraft = ({ name, cidr }: NamedRange, addresses: readonly string[]): Draft[] =>
  addresses.length === 0
    ? []
    : [
        {
          subject: { kind: 'Cluster', name: 'cluster' },
          key: `services-${cidr}`,
          message: `the range of services and ${name}, ${canonical(cidr)}, overlap`,
          evidence: [
            {
              at: 'Services',
              observed: `cluster addresses ${addresses.slice(0, 3).join(', ')}${addresses.length > 3 ? ` and ${addresses.length - 3} more` : ''}`,
              expected: `addresses outside of ${canonical(cidr)}`,
            },
          ],
          danger: 'a pod can be given the address of a service, which then answers in its place',
          remedies: [move],
        },
      ]

const withoutRoute = (route: Route): Remedy => ({
  title: 'take the route out where it is made: VPN, network unit or container engine; and choose other addresses there',
  commands: [onNode(`ip route show ${route.destination}`), onNode(`ip route del ${describeRoute(route)}`)],
  risk: 'disruptive',
  rollback: `ip route add ${describeRoute(route)}`,
})

/** Finding: a host route takes part of a pod range. */
export const intruderDraft = (node: string, { route, range }: Intruder): Draft => ({
  subject: { kind: 'Node', name: node },
  key: route.destination,
  message:
    route.type === 'unicast'
      ? `route ${route.destination} of device ${route.device} on ${node} takes a part of ${range.cidr}, the range of the pods of ${range.node}`
      : `route “${describeRoute(route)}” on ${node} refuses a part of ${range.cidr}, the range of the pods of ${range.node}`,
  evidence: [
    {
      at: `${node}: ip route`,
      observed: describeRoute(route),
      expected: `no route within ${range.cidr} (${range.source})`,
    },
  ],
  danger:
    route.type === 'unicast'
      ? `packets of ${node} to those pods leave by ${route.device} and never arrive`
      : `packets of ${node} to those pods go nowhere`,
  remedies: [withoutRoute(route)],
})

/** Finding: the route to other nodes' pods leads to a foreign device. */
export const foreignDraft = (fault: PathFaults): Draft => ({
  subject: { kind: 'Node', name: fault.node },
  message: `${foreignBy(fault)} the pods of ${describePeers(fault)}`,
  evidence: pathEvidence(fault.shown, ({ range }) => `a way to ${range.node}`),
  danger: `packets of ${fault.node} to those pods leave by a device that does not lead to their node`,
  remedies: [
    ...culpritRemedies(fault.shown),
    ...fault.shown.slice(0, 1).flatMap(({ route, rule }) => (route && !rule ? [withoutRoute(route)] : [])),
  ],
})

function foreignBy({ node, shown }: PathFaults): string {
  const culprit = culpritOf(shown)
  const [device] = shown.flatMap(({ route }) => route?.device ?? [])
  return culprit
    ? `${culprit} of ${node} sends by ${device ?? 'another device'} what is for`
    : `on ${node} another network${device ? ` (${device})` : ''} claims`
}

interface WeaveInput {
  readonly nodes: ReadonlyMap<string, { readonly routes: Part<Routes> }>
  readonly maybeCluster: {
    readonly pods: Reading<readonly Pod[]>
    readonly componentLogs: Reading<readonly ContainerLog[]>
  }
}

/**
 * Findings: foreign routes into Weave Net's network. It refuses to start beside one; if it runs, it loses what is
 * narrower.
 */
export const weaveDrafts = (range: NamedRange, { nodes, maybeCluster }: WeaveInput): Draft[] =>
  [...nodes].flatMap(([node, { routes }]) => {
    if (!isOk(routes) || !isOk(maybeCluster.pods)) return []
    const pod = livePodsOn(maybeCluster.pods.value, node).find(isWeave)
    const over = routesOver(routes.value, range, /^(?:weave|vethwe|datapath|vxlan-)/)
    const harmful = pod?.ready ? over.filter(route => isWithin(route, range)) : over
    const [first] = pod ? harmful : []
    return first ? [weaveDraft(node, first, { range, refusal: refusalOf(pod, maybeCluster.componentLogs) })] : []
  })

const isWithin = ({ destination }: Route, { network }: NamedRange): boolean =>
  (parseNetwork(destination)?.prefix ?? 0) > network.prefix

/** The daemon's own log line about it. */
const refusalOf = (pod: Pod | undefined, logs: Reading<readonly ContainerLog[]>) =>
  valueOr(logs, [])
    .filter(log => log.pod === pod?.name && log.namespace === pod.namespace)
    .flatMap(containerLines)
    .findLast(({ text }) => /overlaps with/i.test(text)) ?? null

function weaveDraft(
  node: string,
  route: Route,
  { range, refusal }: { range: NamedRange; refusal: { source: string; text: string } | null },
): Draft {
  return {
    subject: { kind: 'Node', name: node },
    key: route.destination,
    message: `route ${route.destination} of device ${route.device} on ${node} overlaps with ${range.name}, ${range.cidr}`,
    evidence: [
      { at: `${node}: ip route`, observed: describeRoute(route), expected: `no route of others into ${range.cidr}` },
      ...(refusal ? [{ at: refusal.source, observed: oneLine(refusal.text, 240) }] : []),
    ],
    danger: 'Weave Net refuses to start while another route leads into its network, and no pod there gets an address',
    remedies: [
      withoutRoute(route),
      {
        title: 'or give Weave Net a network that nothing else uses, by IPALLOC_RANGE of its DaemonSet',
        commands: [onWorkstation('kubectl -n kube-system edit daemonset weave-net')],
        risk: 'disruptive',
        rollback: 'set IPALLOC_RANGE back to what it was',
      },
    ],
  }
}
