import type { Remedy } from '../../../shared/finding.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, quote } from '../../model/command.ts'
import { blockadeEvidence, confidenceOf, listed, placeOf, severityOf } from '../../model/packet-filter/blockade-text.ts'
import { type Blockade, filterParts, trafficParts, tryNode } from '../../model/packet-filter/blockades.ts'

export default nodeCheck({
  code: 'FWL001',
  severity: 'error',
  title: 'FORWARD drops pod traffic',
  explains: [
    'NET002',
    'NET003',
    'NET004',
    'API003',
    'DNS001',
    'DNS005',
    'DNS009',
    'DNS017',
    'CNI007',
    'POD005',
    'SVC002',
  ],
  needs: [],
  wants: filterParts,
  wantsCluster: trafficParts,
  decisive: ['links', 'overlays', 'services', 'endpointSlices'],
  run: ({ node, maybe, maybeCluster }) => {
    const { blockades, tried, unknown } = tryNode({ node, parts: maybe, cluster: maybeCluster })
    const own = blockades.filter(({ kind }) => kind === 'forward-policy')
    const [first] = own
    if (first) return found(draft(node, first, own))
    if (unknown) return notRun(unknown)
    const isForwarded = tried.some(({ journey }) => journey.packet.path === 'forward')
    return isForwarded ? passed : notApplicable('no pod of this node has an address')
  },
})

function draft(node: string, first: Blockade, blockades: readonly Blockade[]): Draft {
  return {
    severity: severityOf(blockades),
    confidence: confidenceOf(blockades),
    message: `the policy of chain ${first.by.chain} on ${node} is DROP and no rule accepts packets ${listed(blockades.map(({ journey }) => journey.text))}`,
    evidence: blockadeEvidence(node, blockades),
    danger: 'pods of this node reach neither pods of other nodes nor services; connections time out without an answer',
    remedies: [accept(first), keep],
  }
}

function accept({ by }: Blockade): Remedy {
  const [family = '', table = ''] = by.table.split(' ')
  const program = by.backend
  return by.backend === 'nft'
    ? {
        title: 'let forwarded packets pass; whoever keeps this table must accept pods in it',
        commands: [onNode(`nft chain ${quote(family)} ${quote(table)} ${quote(by.chain)} '{ policy accept; }'`)],
        risk: 'low',
        rollback: `nft chain ${quote(family)} ${quote(table)} ${quote(by.chain)} '{ policy drop; }'`,
      }
    : {
        title: `let forwarded packets pass (${placeOf(by)})`,
        commands: [onNode(`${program} -P FORWARD ACCEPT`)],
        risk: 'low',
        rollback: `${program} -P FORWARD DROP`,
      }
}

const keep: Remedy = {
  title: 'find who sets it: Docker does at each start, ufw by DEFAULT_FORWARD_POLICY',
  commands: [
    onNode('systemctl is-active docker ufw firewalld nftables'),
    onNode(
      'grep -s FORWARD_POLICY /etc/default/ufw; cat /etc/docker/daemon.json   # Docker 28: "ip-forward-no-drop": true',
    ),
  ],
  risk: 'none',
}
