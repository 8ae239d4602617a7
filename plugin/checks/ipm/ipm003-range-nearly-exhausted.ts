import { counted } from '../../../shared/text.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { addressParts, addressUse, countStates, type NetworkUse, type RangeUse } from '../../model/address-use.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { hour } from '../../model/pods.ts'

export default nodeCheck({
  code: 'IPM003',
  severity: 'warning',
  title: 'Address range nearly exhausted',
  explains: [],
  needs: [],
  wants: addressParts,
  wantsCluster: ['nodes', 'pods'],
  run: ({ node, maybe, maybeCluster, takenAt }) => {
    const api = apiNode(maybeCluster.nodes, node)
    const { networks, unknown } = addressUse({ parts: maybe, node: api, pods: maybeCluster.pods, takenAt })
    const drafts = networks.flatMap(network =>
      network.ranges.filter(isNearlyFull).map(use => draft({ node, network, use })),
    )
    if (drafts.length > 0) return found(...drafts)
    if (unknown !== null) return notRun(unknown)
    return networks.length > 0 ? passed : notApplicable('host-local gives no addresses here')
  },
})

/** A set without any free address is left to IPM002. */
const isNearlyFull = ({ capacity, free }: RangeUse) => free > 0n && (capacity - free) * 10n >= capacity * 9n

interface Case {
  readonly node: string
  readonly network: NetworkUse
  readonly use: RangeUse
}

const draft = ({ node, network, use }: Case): Draft => ({
  key: `${network.name}/${use.range}`,
  message: `${counted(use.free, 'address', 'addresses')} ${use.free === 1n ? 'is' : 'are'} left in ${use.range} of network ${network.name} on ${node}`,
  evidence: [
    {
      at: `${node}:${network.path}`,
      observed: `${use.capacity - use.free} of ${use.capacity} addresses reserved: ${describeStates(use)}`,
      expected: 'less than 90 %',
    },
  ],
  danger: 'when the last address is given, no further pod can start on this node',
  remedies: [
    {
      title: 'compare what the node may run with what it may address',
      commands: [
        onWorkstation(`kubectl get node ${quote(node)} -o jsonpath='{.status.capacity.pods} {.spec.podCIDRs}'`),
        onNode(`ls ${quote(network.path)} | wc -l`),
      ],
      risk: 'none',
    },
  ],
})

function describeStates(use: RangeUse): string {
  const { live, leaked, unknown } = countStates(use)
  const lately = use.verdicts.filter(({ ageMs }) => ageMs !== null && ageMs < hour).length
  return `${live} live, ${leaked} leaked, ${unknown} unknown, ${lately} of them made in the last hour`
}
