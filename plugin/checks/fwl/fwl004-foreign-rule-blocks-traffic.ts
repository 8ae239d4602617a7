import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import {
  blockadeEvidence,
  confidenceOf,
  doingOf,
  listed,
  placeOf,
  removal,
  severityOf,
} from '../../model/packet-filter/blockade-text.ts'
import { type Blockade, filterParts, trafficParts, tryNode } from '../../model/packet-filter/blockades.ts'

export default nodeCheck({
  code: 'FWL004',
  severity: 'error',
  title: 'A foreign rule blocks traffic of the cluster',
  explains: [
    ...['NET001', 'NET002', 'NET003', 'NET004', 'NOD003', 'NOD004', 'NOD009', 'API003', 'DNS001', 'DNS005', 'DNS009'],
    ...['DNS017', 'CNI007', 'PRX011', 'POD005', 'SVC002'],
  ],
  needs: [],
  wants: filterParts,
  wantsCluster: trafficParts,
  decisive: ['links', 'overlays', 'services', 'endpointSlices'],
  run: ({ node, maybe, maybeCluster }) => {
    const { blockades, unknown } = tryNode({ node, parts: maybe, cluster: maybeCluster })
    const own = blockades.filter(({ kind, journey }) => kind === 'rule' && journey.purpose !== 'optional')
    const [first] = own
    if (first) return found(draft(node, first, own))
    return unknown ? notRun(unknown) : passed
  },
})

function draft(node: string, first: Blockade, blockades: readonly Blockade[]): Draft {
  const { by, owner } = first
  return {
    severity: severityOf(blockades),
    confidence: confidenceOf(blockades),
    message: `a rule on ${node} (${placeOf(by)}), likely of ${owner.name}, ${doingOf(first)} ${listed(blockades.map(({ journey }) => journey.text))}`,
    evidence: blockadeEvidence(node, blockades),
    danger: 'what it stops fails on this node alone, mostly without an answer: connections time out',
    remedies: [
      removal(by),
      {
        title: 'keep what is there before you change it',
        commands: [onNode('iptables-save -c > /root/iptables.saved; nft list ruleset > /root/nft.saved')],
        risk: 'none',
      },
    ],
  }
}
