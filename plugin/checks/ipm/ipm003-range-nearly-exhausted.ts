import type { Reservation } from '../../../shared/node/host-local.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import type { LocalNetwork, SetUsage } from '../../model/local-networks.ts'
import { nodeNetworks } from '../../model/node-networks.ts'
import { ageOf, hour } from '../../model/pods.ts'

export default nodeCheck({
  code: 'IPM003',
  severity: 'warning',
  title: 'Address range nearly exhausted',
  explains: [],
  needs: ['cniConfig'],
  wants: ['hostLocal', 'runtime'],
  wantsCluster: ['nodes'],
  run: ({ node, parts, maybe, maybeCluster, takenAt }) => {
    const { networks, unknown } = nodeNetworks({
      ...maybe,
      cniConfig: { status: 'ok', value: parts.cniConfig },
      node: apiNode(maybeCluster.nodes, node),
    })
    const drafts = networks.flatMap(network =>
      network.sets.filter(isNearlyFull).map(set => draft({ node, network, set, takenAt })),
    )
    if (drafts.length > 0) return found(...drafts)
    if (unknown !== null) return notRun(unknown)
    return networks.length > 0 ? passed : notApplicable('host-local gives no addresses here')
  },
})

/** A set without any free address is IPM002's. */
const isNearlyFull = ({ used, capacity, free }: SetUsage) => free > 0n && BigInt(used.length) * 10n >= capacity * 9n

interface Case {
  readonly node: string
  readonly network: LocalNetwork
  readonly set: SetUsage
  readonly takenAt: number
}

const draft = ({ node, network, set, takenAt }: Case): Draft => ({
  key: `${network.name}/${set.range}`,
  message: `${set.free} addresses are left in ${set.range} of network ${network.name} on ${node}`,
  evidence: [
    {
      at: `${node}:${network.path}`,
      observed: `${set.used.length} of ${set.capacity} addresses reserved, ${madeLately(set.used, takenAt)} of them in the last hour`,
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

const madeLately = (used: readonly Reservation[], takenAt: number) =>
  used.filter(({ mtime }) => {
    const age = ageOf(mtime, takenAt)
    return age !== null && age < hour
  }).length
