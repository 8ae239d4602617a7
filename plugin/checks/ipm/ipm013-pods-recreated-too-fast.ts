import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { addressParts, addressUse, type NetworkUse, type RangeUse } from '../../model/address-use.ts'
import { apiNode } from '../../model/api-node.ts'
import { type Churn, churnOf } from '../../model/churn.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { settingsOf } from '../../model/leak-reasons.ts'

export default nodeCheck({
  code: 'IPM013',
  severity: 'warning',
  title: 'Pods are recreated faster than addresses come back',
  explains: ['IPM002'],
  needs: ['sandboxes'],
  wants: [...addressParts, 'kubelet'],
  wantsCluster: ['nodes', 'pods'],
  run: ({ node, parts, maybe, maybeCluster, takenAt }) => {
    const api = apiNode(maybeCluster.nodes, node)
    const use = addressUse({ parts: maybe, node: api, pods: maybeCluster.pods, takenAt })
    const sandboxes = { status: 'ok', value: parts.sandboxes } as const
    const settings = settingsOf(maybe)
    const drafts = use.networks.flatMap(network =>
      network.ranges.flatMap(range => {
        const churn = churnOf(range, sandboxes, use.lookedAt)
        return churn?.isShortage ? [draft({ node, network, range, churn, settings })] : []
      }),
    )
    if (drafts.length > 0) return found(...drafts)
    if (use.unknown !== null) return notRun(use.unknown)
    return use.networks.length > 0 ? passed : notApplicable('host-local gives no addresses here')
  },
})

interface Case {
  readonly node: string
  readonly network: NetworkUse
  readonly range: RangeUse
  readonly churn: Churn
  readonly settings: readonly string[]
}

const draft = ({ node, network, range, churn, settings }: Case): Draft => ({
  key: `${network.name}/${range.range}`,
  confidence: 'likely',
  message: `pods of ${node} come and go faster than addresses of network ${network.name} come back`,
  evidence: [
    {
      at: `${node}:${network.path}`,
      observed: `${range.free} of ${range.capacity} addresses free; ${churn.ending} are held by sandboxes that have ended, ${churn.young} by failed or starting ones`,
    },
    {
      at: `${node}: sandboxes of the runtime`,
      observed: `${churn.created} made within an hour; ${settings.join(', ') || 'settings of the kubelet not read'}`,
    },
  ],
  danger: 'new pods wait until an ended sandbox is taken down',
  remedies: [
    {
      title: 'find what is recreated all the time: jobs, crash loops of whole pods, evictions',
      commands: [
        onWorkstation(
          `kubectl get pods -A --field-selector spec.nodeName=${quote(node)} --sort-by=.metadata.creationTimestamp`,
        ),
        onNode('crictl pods --state notready'),
      ],
      risk: 'none',
    },
  ],
})
