import { contains, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import { counted } from '../../../shared/text.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { servedOn } from '../../model/node-networks.ts'
import { networkedPodsOn, podKey } from '../../model/pods.ts'

export default nodeCheck({
  code: 'IPM006',
  severity: 'error',
  title: 'Pod address outside of its node’s range',
  explains: ['RTE001', 'IPM008'],
  needs: [],
  wants: ['cniConfig', 'runtime'],
  cluster: ['nodes', 'pods'],
  run: ({ node, maybe, cluster: { nodes, pods } }) => {
    const api = nodes.find(({ name }) => name === node)
    const ranges = (api?.podCIDRs ?? []).flatMap(cidr => parseNetwork(cidr) ?? [])
    if (ranges.length === 0) return notApplicable('the node has no podCIDR')
    const { served, unknown } = servedOn({ ...maybe, node: api })
    if (unknown !== null) return notRun(unknown)
    if (served.length === 0) return notApplicable('the addresses of pods come from elsewhere than the node’s podCIDR')
    const families = new Set(ranges.map(({ family }) => family))
    const isOutside = (ip: string) => {
      const address = parseAddress(ip)
      return address !== null && families.has(address.family) && !ranges.some(range => contains(range, address))
    }
    const outside = networkedPodsOn(pods, node).filter(pod => !pod.deleting && pod.ips.some(isOutside))
    const [first] = outside
    if (!first) return passed
    return found(draft({ node, first, count: outside.length, isAlone: nodes.length === 1, cidrs: api?.podCIDRs ?? [] }))
  },
})

/** Networks in packaged configurations. Sources: packages of CRI-O, Podman and containerd, and Docker. */
const defaults: readonly (readonly [string, string])[] = [
  ['10.85.0.0/16', 'the default of CRI-O’s package'],
  ['10.88.0.0/16', 'the default of Podman and containerd'],
  ['172.17.0.0/16', 'Docker’s own bridge'],
]

function originOf(ip: string): string {
  const address = parseAddress(ip)
  const known = defaults.find(([cidr]) => {
    const network = parseNetwork(cidr)
    return network && address && contains(network, address)
  })
  return known ? `, ${known[1]}` : ''
}

interface Case {
  readonly node: string
  readonly first: Pod
  readonly count: number
  /** Whether it is the only node, so that no routes are needed. */
  readonly isAlone: boolean
  readonly cidrs: readonly string[]
}

const draft = ({ node, first, count, isAlone, cidrs }: Case): Draft => ({
  severity: isAlone ? 'warning' : 'error',
  message: `${counted(count, 'pod')} of ${node} ${count === 1 ? 'has an address' : 'have addresses'} outside of its podCIDR ${cidrs.join(', ')}`,
  evidence: [
    {
      at: `Pod ${podKey(first)}`,
      observed: `${first.ips.join(', ')}${originOf(first.ips[0] ?? '')}${count > 1 ? ` (and ${count - 1} more pods)` : ''}`,
      expected: cidrs.join(', '),
    },
  ],
  danger: 'routes of other nodes lead to the podCIDR, so these pods are reached from nowhere but their own node',
  remedies: [
    {
      title: 'make the configuration of the cluster’s CNI the first in the directory, then make the pods anew',
      commands: [
        onNode('ls /etc/cni/net.d'),
        onWorkstation(`kubectl -n ${quote(first.namespace)} delete pod ${quote(first.name)}`),
      ],
      risk: 'disruptive',
    },
  ],
})
