import type { Links } from '../../../shared/node/links.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, foundAmong } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'

export default clusterCheck({
  code: 'NOD002',
  severity: 'error',
  title: 'Node address wrong',
  explains: ['RTE002', 'RTE007', 'RTE010', 'CNI013', 'NOD003'],
  cluster: ['nodes'],
  wants: ['links'],
  run: ({ cluster, nodes }) => {
    const sharers = sharedAddresses(cluster.nodes)
    const drafts = cluster.nodes.flatMap(node => {
      const own = ownAddresses(nodes.get(node.name)?.links)
      return internalAddresses(node).flatMap(address => judge({ node, address, own, sharers: sharers.get(address) }))
    })
    const unread = [...nodes].flatMap(([name, { links }]) => (ownAddresses(links) === null ? [name] : []))
    return foundAmong(drafts, unread.length > 0 ? [{ nodes: unread, why: 'addresses of devices were not read' }] : [])
  },
})

const internalAddresses = ({ addresses }: ApiNode): readonly string[] =>
  addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address)

/** Nodes of each address that several have. */
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
}

/** Addresses of the host's devices; null where they were not read. */
function ownAddresses(links: Reading<Links> | undefined): readonly Own[] | null {
  if (!links || !isOk(links) || !links.value.hasAddresses) return null
  return links.value.links.flatMap(({ name, addresses }) =>
    addresses.map(address => ({ device: name, address: address.replace(/\/\d+$/, '') })),
  )
}

interface Case {
  readonly node: ApiNode
  readonly address: string
  readonly own: readonly Own[] | null
  /** All nodes with this address, where there are several. */
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

/** Not loopback, not link-local, not a pods' bridge or overlay. */
const isUsable = ({ device, address }: Own): boolean =>
  !/^(?:127\.|169\.254\.|::1$|fe80:)/.test(address) &&
  !/^(?:cni|docker|br-|flannel|cilium|vxlan|tunl|weave|kube)/.test(device)
