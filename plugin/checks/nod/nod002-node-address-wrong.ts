import type { Links } from '../../../shared/node/links.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import type { ClusterParts } from '../../engine/snapshot.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { type Complaint, daemonComplaints, unheardAgents } from '../../model/daemon-logs.ts'

export default clusterCheck({
  code: 'NOD002',
  severity: 'error',
  title: 'Node address wrong',
  explains: [
    'RTE002',
    'RTE007',
    'RTE010',
    'CNI013',
    'NOD003',
    'NOD008',
    'NOD001',
    'NET001',
    'NET002',
    'NET003',
    'DNS017',
    'CNI007',
  ],
  cluster: ['nodes'],
  wantsCluster: ['pods', 'componentLogs'],
  wants: ['links'],
  run: ({ cluster, maybeCluster, nodes, takenAt }) => {
    const sharers = sharedAddresses(cluster.nodes)
    const drafts = cluster.nodes.flatMap(node => {
      const own = ownAddresses(nodes.get(node.name)?.links)
      return internalAddresses(node).flatMap(address => judge({ node, address, own, sharers: sharers.get(address) }))
    })
    drafts.push(...takenAddresses(cluster.nodes, nodes))
    const judged = new Set(drafts.map(({ subject }) => subject?.name))
    const refused = refusedAddresses(maybeCluster, takenAt).filter(({ node }) => !judged.has(node))
    const unread = [...nodes].flatMap(([name, { links }]) => (ownAddresses(links) === null ? [name] : []))
    const unheard = unheardAgents(maybeCluster)
    return foundAmong(
      [...drafts, ...refused.map(refusedDraft)],
      [
        ...(unread.length > 0 ? [{ nodes: unread, why: 'addresses of devices were not read' }] : []),
        ...(unheard === null ? [] : [{ nodes: [], why: `why agents of the CNI do not start: ${unheard}` }]),
      ],
    )
  },
})

const internalAddresses = ({ addresses }: ApiNode): readonly string[] =>
  addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address)

/** Nodes by address, for addresses that several have. */
function sharedAddresses(nodes: readonly ApiNode[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>()
  for (const node of nodes) {
    for (const address of internalAddresses(node)) owners.set(address, [...(owners.get(address) ?? []), node.name])
  }
  return new Map([...owners].filter(([, names]) => names.length > 1))
}

interface Own {
  readonly device: string
  readonly address: string
  /** `/24`. */
  readonly length: string
}

/** Addresses of the host's devices; null when unread. */
function ownAddresses(links: Reading<Links> | undefined): readonly Own[] | null {
  if (!links || !isOk(links) || !links.value.hasAddresses) return null
  return links.value.links.flatMap(({ name, addresses }) =>
    addresses.map(text => {
      const [address = '', length = ''] = text.split('/')
      return { device: name, address, length: length && `/${length}` }
    }),
  )
}

/** Addresses of a node that a device of exactly one other host has: of several they are those of a NAT card. */
function takenAddresses(nodes: readonly ApiNode[], parts: ReadonlyMap<string, { readonly links: Reading<Links> }>) {
  return nodes.flatMap(owner =>
    internalAddresses(owner).flatMap(address => {
      const holders = [...parts].flatMap(([name, { links }]) =>
        name === owner.name
          ? []
          : (ownAddresses(links) ?? []).filter(held(address)).map(({ device, length }) => ({ name, device, length })),
      )
      const [first] = holders
      const isShared = nodes.some(other => other.name === first?.name && internalAddresses(other).includes(address))
      return first && holders.length === 1 && !isShared ? [takenDraft({ owner: owner.name, address, ...first })] : []
    }),
  )
}

/** Addresses on a loopback device are meant for several hosts. */
const held = (address: string) => (own: Own) => own.address === address && !/^(?:lo|dummy|kube-ipvs)/.test(own.device)

interface Taken {
  readonly owner: string
  readonly address: string
  readonly name: string
  readonly device: string
  readonly length: string
}

const takenDraft = ({ owner, address, name, device, length }: Taken): Draft => ({
  subject: { kind: 'Node', name, nodes: [name, owner] },
  key: address,
  message: `${name} has ${address} on ${device}, which is the address of ${owner}`,
  evidence: [
    { at: `${name}: ip addr show dev ${device}`, observed: address, expected: `${address} on ${owner} alone` },
    { at: `Node ${owner}`, observed: `InternalIP ${address}` },
  ],
  danger: `what is sent to ${owner} reaches one host or the other, and changes as often as neighbours ask again`,
  remedies: [
    {
      title: `take the address off ${name}, and out of the configuration of its network`,
      commands: [
        onNode(`ip -br addr show dev ${device}   # on ${name}`),
        onNode(`ip addr del ${address}${length} dev ${device}`),
      ],
      risk: 'disruptive',
      rollback: `ip addr add ${address}${length} dev ${device}`,
    },
    {
      title: 'let the other hosts ask again who has it',
      commands: [onNode(`ip neigh flush to ${address}   # on each node`)],
      risk: 'low',
      rollback: 'none is needed',
    },
  ],
})

interface Case {
  readonly node: ApiNode
  readonly address: string
  readonly own: readonly Own[] | null
  /** All nodes with this address, if several. */
  readonly sharers: readonly string[] | undefined
}

function judge({ node, address, own, sharers }: Case): Draft[] {
  if (sharers) return [draft({ node, address, own, sharers })]
  const isForeign = own !== null && own.length > 0 && !own.some(each => each.address === address)
  return isForeign ? [draft({ node, address, own, sharers })] : []
}

function draft({ node, address, own, sharers }: Case): Draft {
  const others = sharers?.filter(name => name !== node.name) ?? []
  const candidates = (own ?? []).filter(each => isUsable(each) && each.address !== address)
  return {
    subject: { kind: 'Node', name: node.name },
    key: address,
    confidence: sharers ? 'certain' : 'likely',
    message: sharers
      ? `${node.name} has the address ${address}, and so ${others.length === 1 ? 'has' : 'have'} ${others.join(', ')}`
      : `${node.name} gives ${address} as its address, which no device of its host has`,
    evidence: [
      { at: `Node ${node.name}`, observed: `InternalIP ${address}` },
      ...others.map(name => ({ at: `Node ${name}`, observed: `InternalIP ${address}` })),
      ...(own === null
        ? []
        : [
            {
              at: `${node.name}: ip addr`,
              observed:
                own
                  .filter(isUsable)
                  .map(each => `${each.address} on ${each.device}`)
                  .join(', ') || 'no address',
            },
          ]),
    ],
    danger: 'the API server, overlays and routes send what is meant for this node to another one, or to nobody',
    remedies: [
      {
        title: 'tell the kubelet the address by which the other nodes reach this one, and restart it',
        commands: [
          onNode(`ip -br addr   # choose${candidates[0] ? `, for example ${candidates[0].address}` : ' one'}`),
          onNode('grep -rs node-ip /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/sysconfig/kubelet'),
          onNode(`echo 'KUBELET_EXTRA_ARGS=--node-ip=${candidates[0]?.address ?? '<address>'}' > /etc/default/kubelet`),
          onNode('systemctl restart kubelet'),
        ],
        risk: 'low',
        rollback: 'take --node-ip out again and restart the kubelet',
      },
      {
        title: 'then let the CNI’s pods of this node take the new address',
        commands: [onWorkstation('kubectl get nodes -o wide')],
        risk: 'none',
      },
    ],
    verify: 'kubectl get nodes -o wide',
  }
}

/** Whether it is neither loopback nor link-local, nor on a pod bridge or overlay. */
const isUsable = ({ device, address }: Own): boolean =>
  !/^(?:127\.|169\.254\.|::1$|fe80:)/.test(address) &&
  !/^(?:cni|docker|br-|flannel|cilium|vxlan|tunl|weave|kube)/.test(device)

/** Agents that did not start because another node has their address already, by their own logs; one of each node. */
function refusedAddresses(
  { pods, componentLogs }: Pick<ClusterParts, 'pods' | 'componentLogs'>,
  takenAt: number,
): readonly Complaint[] {
  if (!isOk(pods)) return []
  const all = daemonComplaints({ pods: pods.value, componentLogs }, takenAt)
  const conflicts = all.filter(({ kind, isUnwell }) => kind === 'address-conflict' && isUnwell)
  return [...new Map(conflicts.map(each => [each.node, each])).values()]
}

const refusedDraft = ({ node, pod, line }: Complaint): Draft => ({
  subject: { kind: 'Node', name: node },
  key: 'refused',
  message: `the CNI’s agent of ${node} does not start: another node has the address that it found for itself`,
  evidence: [{ at: line.source, observed: oneLine(line.text, 240), expected: 'an address of this node alone' }],
  danger: 'pods of this node get no network, and their routes lead to the other node',
  remedies: [
    {
      title:
        'see which nodes give the same address: a NAT card that all machines have, or a node under an earlier name',
      commands: [onWorkstation('kubectl get nodes -o wide'), onNode('ip -br addr')],
      risk: 'none',
    },
    {
      title: 'tell Calico by which card nodes reach each other',
      commands: [
        onWorkstation(
          `kubectl -n ${quote(pod.namespace)} set env daemonset/calico-node IP_AUTODETECTION_METHOD=kubernetes-internal-ip`,
        ),
      ],
      risk: 'low',
      rollback: `kubectl -n ${quote(pod.namespace)} set env daemonset/calico-node IP_AUTODETECTION_METHOD-`,
    },
  ],
  verify: 'kubectl get nodes -o wide',
})
