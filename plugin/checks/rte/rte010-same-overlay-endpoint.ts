import type { Remedy } from '../../../shared/finding.ts'
import { valueOr } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { clusterCheck, type Draft, found } from '../../engine/check.ts'
import { onNode, onWorkstation } from '../../model/command.ts'
import { type Endpoint, overlayEndpoints } from '../../model/overlay-endpoints.ts'

export default clusterCheck({
  code: 'RTE010',
  severity: 'error',
  title: 'Several nodes announce the same overlay endpoint',
  explains: ['RTE007', 'NET002', 'NET003', 'DNS001', 'DNS005', 'DNS017', 'SVC002'],
  cluster: ['nodes'],
  wantsCluster: ['ciliumNodes'],
  decisive: ['ciliumNodes'],
  run: ({ cluster, maybeCluster: { ciliumNodes } }) => {
    const byValue = new Map<string, Endpoint[]>()
    for (const endpoint of overlayEndpoints(cluster.nodes, valueOr(ciliumNodes, []))) {
      // Then the node's address itself is wrong, which NOD002 names.
      if (isOwnAddress(endpoint, cluster.nodes)) continue
      const key = `${endpoint.what} ${endpoint.value}`
      byValue.set(key, [...(byValue.get(key) ?? []), endpoint])
    }
    return found(...[...byValue.values()].flatMap(draft))
  },
})

function draft(sharers: readonly Endpoint[]): Draft[] {
  const [first] = sharers
  const names = [...new Set(sharers.map(({ node }) => node))].sort()
  const [name] = names
  if (!first || name === undefined || names.length < 2) return []
  const { what, value } = first
  return [
    {
      subject: { kind: 'Node', name, nodes: names },
      key: `${what}-${value}`,
      message: `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} announce the same ${what}, ${value}`,
      evidence: sharers
        .slice(0, 5)
        .map(({ node, at }) => ({ at: `Node ${node}: ${at}`, observed: value, expected: 'one of its own' })),
      danger:
        'tunnels to these nodes end at one of them, or at the sender itself: pods of different nodes do not reach each other',
      remedies: isAddress(value) ? [address] : [machineId],
    },
  ]
}

const isOwnAddress = ({ node, value }: Endpoint, nodes: readonly ApiNode[]): boolean =>
  nodes.some(({ name, addresses }) => name === node && addresses.some(({ address }) => address === value))

const isAddress = (value: string) => !/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(value)

const address: Remedy = {
  title: 'let the CNI take the card that connects the nodes, not the one with the default route',
  commands: [
    onNode('ip -br addr'),
    onWorkstation(
      'kubectl -n kube-flannel edit daemonset kube-flannel-ds   # flannel: add --iface=<card> to its arguments',
    ),
    onWorkstation(
      'kubectl -n kube-system set env daemonset/calico-node IP_AUTODETECTION_METHOD=kubernetes-internal-ip   # Calico',
    ),
  ],
  risk: 'disruptive',
  rollback: 'take the argument or the variable out again',
}

const machineId: Remedy = {
  title: 'give cloned machines an id of their own, remove the overlay’s device and restart the CNI’s agent',
  commands: [
    onNode('rm /etc/machine-id && systemd-machine-id-setup'),
    onNode('ip link delete flannel.1   # the agent makes it again'),
  ],
  risk: 'disruptive',
  rollback: 'none is needed: ids that were the same are of no use',
}
