import type { Fdb } from '../../../shared/node/fdb.ts'
import type { Links } from '../../../shared/node/links.ts'
import type { Neighbours } from '../../../shared/node/neighbours.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, foundAmong, notApplicable } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { pathsFrom } from '../../model/node-paths.ts'
import { vtepMac } from '../../model/overlay-endpoints.ts'
import { landscapeFor, undecidedPaths, undecidedRanges } from '../../model/path-faults.ts'
import { flannelBackend } from '../../model/pod-network-map.ts'
import { ageOf, minute } from '../../model/pods.ts'

export default clusterCheck({
  code: 'RTE007',
  severity: 'error',
  title: 'Overlay does not know a peer',
  explains: ['NET002', 'NET003', 'DNS001', 'DNS005', 'DNS017', 'SVC002'],
  cluster: ['nodes'],
  wantsCluster: ['pods', 'calicoBlocks', 'ciliumNodes'],
  wants: ['routes', 'rules', 'links', 'fdb', 'neighbours'],
  decisive: ['links', 'rules', 'neighbours'],
  run: input => {
    const { cluster, nodes, takenAt } = input
    const peers = new Map(cluster.nodes.filter(node => isPeer(node, takenAt)).map(node => [node.name, node]))
    if (peers.size === 0) return notApplicable('no node announces a tunnel of flannel')
    const landscape = landscapeFor(input)
    const drafts = [...nodes].flatMap(([node, parts]) => {
      const table = tableOf(parts)
      const gaps: Gap[] = []
      for (const { range, route } of table ? pathsFrom(node, parts, landscape) : []) {
        const peer = peers.get(range.node)
        if (table && peer && route?.device && /^flannel/.test(route.device))
          gaps.push(...gapsOf(peer, { device: route.device, gateway: route.gateway }, table))
      }
      return gaps.length > 0 ? [draft(node, gaps)] : []
    })
    const moved = [...peers.values()].flatMap(peer => movedDraft(peer, nodes.get(peer.name)?.links))
    const unread = [...nodes].flatMap(([node, { fdb }]) => (isOk(fdb) ? [] : [{ nodes: [node], why: fdb.detail }]))
    return foundAmong([...drafts, ...moved], [...undecidedPaths(input), ...undecidedRanges(input), ...unread])
  },
})

const publicIp = 'flannel.alpha.coreos.com/public-ip'

/** Old enough that all others must have heard of it. */
const isPeer = ({ annotations, createdAt }: ApiNode, takenAt: number): boolean =>
  flannelBackend(annotations) === 'vxlan' &&
  vtepMac(annotations) !== null &&
  annotations[publicIp] !== undefined &&
  (ageOf(createdAt, takenAt) ?? 5 * minute) >= 5 * minute

interface Table {
  /** Far ends by device and MAC. */
  readonly remotes: ReadonlyMap<string, readonly string[]>
  /** MACs by device and address; null where neighbours were not read. */
  readonly macs: ReadonlyMap<string, string | null> | null
}

function tableOf({ fdb, neighbours }: { fdb: Reading<Fdb>; neighbours: Reading<Neighbours> }): Table | null {
  if (!isOk(fdb)) return null
  const remotes = new Map<string, string[]>()
  for (const { device, mac, remote } of fdb.value.entries) {
    const key = `${device} ${mac.toLowerCase()}`
    if (remote !== null) remotes.set(key, [...(remotes.get(key) ?? []), remote])
  }
  const entries = isOk(neighbours) && isOk(neighbours.value.entries) ? neighbours.value.entries.value : null
  const macs =
    entries && new Map(entries.map(each => [`${each.device} ${each.address}`, each.mac?.toLowerCase() ?? null]))
  return { remotes, macs }
}

interface Gap {
  readonly peer: string
  readonly at: string
  readonly observed: string
  readonly expected: string
}

/** What of the three entries that lead to a peer is missing or old; the route itself led here. */
function gapsOf(
  { name, annotations }: ApiNode,
  { device, gateway }: { device: string; gateway: string | null },
  { remotes, macs }: Table,
): Gap[] {
  const [mac, address] = [vtepMac(annotations) ?? '', annotations[publicIp] ?? '']
  const known = remotes.get(`${device} ${mac}`) ?? []
  const learned = gateway === null || macs === null ? mac : (macs.get(`${device} ${gateway}`) ?? null)
  return [
    ...(known.includes(address)
      ? []
      : [
          {
            peer: name,
            at: `bridge fdb show dev ${device}`,
            observed: known.length > 0 ? `${mac} dst ${known.join(', ')}` : `no entry for ${mac}`,
            expected: `${mac} dst ${address}`,
          },
        ]),
    ...(learned === mac
      ? []
      : [
          {
            peer: name,
            at: `ip neigh show dev ${device}`,
            observed: `${gateway} ${learned ?? 'without an address'}`,
            expected: `${gateway} lladdr ${mac}`,
          },
        ]),
  ]
}

function draft(node: string, gaps: readonly Gap[]): Draft {
  const peers = [...new Set(gaps.map(({ peer }) => peer))]
  return {
    subject: { kind: 'Node', name: node },
    message: `the overlay of ${node} does not know where ${peers.slice(0, 3).join(', ')}${peers.length > 3 ? ` and ${peers.length - 3} more` : ''} ${peers.length === 1 ? 'is' : 'are'}`,
    evidence: gaps.slice(0, 6).map(({ peer, at, observed, expected }) => ({
      at: `${node}: ${at}`,
      observed,
      expected: `${expected} (annotations of Node ${peer})`,
    })),
    danger: `packets of ${node} for pods there are sent to an old address or nowhere`,
    remedies: [restart(node)],
  }
}

const restart = (node: string) => ({
  title: 'restart flannel on this node: it writes its tables anew',
  commands: [
    onWorkstation(
      `kubectl get pods -A -o wide --field-selector spec.nodeName=${node} | grep flannel   # then delete that pod`,
    ),
    onNode('bridge fdb show | grep flannel; ip neigh show nud permanent'),
  ],
  risk: 'low' as const,
  rollback: 'none is needed: its DaemonSet makes the pod again',
})

/** The host has another address by now than the one that its overlay announced; a given one may be translated. */
function movedDraft({ name, annotations }: ApiNode, links: Reading<Links> | undefined): Draft[] {
  const address = annotations[publicIp]
  if (!links || !isOk(links) || !links.value.hasAddresses || annotations[`${publicIp}-overwrite`]) return []
  const own = links.value.links.flatMap(each => each.addresses.map(text => text.replace(/\/\d+$/, '')))
  if (address === undefined || own.length === 0 || own.includes(address)) return []
  return [
    {
      subject: { kind: 'Node', name },
      key: 'announced',
      message: `${name} announces ${address} for its overlay, which no device of its host has`,
      evidence: [
        { at: `Node ${name}, annotation ${publicIp}`, observed: address, expected: 'an address of the host' },
        {
          at: `${name}: ip addr`,
          observed: own
            .filter(text => /^\d/.test(text) && !text.startsWith('127.'))
            .slice(0, 6)
            .join(', '),
        },
      ],
      danger: 'all other nodes send packets for its pods to an address that it does not have',
      remedies: [restart(name)],
    },
  ]
}
