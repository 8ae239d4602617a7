import type { Remedy } from '../../../shared/finding.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { blockadeEvidence, confidenceOf, listed, removal, severityOf } from '../../model/packet-filter/blockade-text.ts'
import { type Blockade, filterParts, trafficParts, tryNode } from '../../model/packet-filter/blockades.ts'

export default nodeCheck({
  code: 'FWL002',
  severity: 'error',
  title: 'A REJECT comes before the pod accept',
  explains: [
    ...['NET002', 'NET003', 'NET004', 'NOD003', 'NOD004', 'NOD009', 'API003', 'DNS001', 'DNS005', 'DNS009', 'DNS017'],
    ...['CNI007', 'PRX011', 'POD005', 'SVC002'],
  ],
  needs: [],
  wants: filterParts,
  wantsCluster: trafficParts,
  decisive: ['links', 'overlays', 'services', 'endpointSlices'],
  run: ({ node, maybe, maybeCluster }) => {
    const { blockades, unknown } = tryNode({ node, parts: maybe, cluster: maybeCluster })
    const own = blockades.filter(({ kind, journey }) => kind === 'barrier' && journey.purpose !== 'optional')
    const [first] = own
    if (first) return found(draft(node, first, own))
    return unknown ? notRun(unknown) : passed
  },
})

function draft(node: string, first: Blockade, blockades: readonly Blockade[]): Draft {
  const { by, owner, verdict } = first
  return {
    severity: severityOf(blockades),
    confidence: confidenceOf(blockades),
    message: `chain ${by.chain} on ${node} ${verdict.verdict}s all that no rule before it accepts, and so packets ${listed(blockades.map(({ journey }) => journey.text))}; the rule is likely of ${owner.name}`,
    evidence: blockadeEvidence(node, blockades),
    danger:
      'rules that accept pods stand after it or nowhere and are never asked: programs in pods see "no route to host" or time out',
    remedies: [
      ...(owner.role === 'firewall' ? [trust] : []),
      ...(owner.role === 'firewall' ? [] : [removal(by)]),
      stop,
    ],
  }
}

const trust: Remedy = {
  title: 'tell the host’s firewall that pods and services are trusted; put in the networks of your cluster',
  commands: [
    onNode('firewall-cmd --permanent --zone=trusted --add-source=<pod network> && firewall-cmd --reload'),
    onNode('ufw route allow from <pod network>; ufw allow from <pod network>   # where ufw runs instead'),
  ],
  risk: 'low',
  rollback: 'firewall-cmd --permanent --zone=trusted --remove-source=<pod network> && firewall-cmd --reload',
}

const stop: Remedy = {
  title: 'or stop the firewall of the host, where something before the node filters already',
  commands: [onNode('systemctl disable --now firewalld || ufw disable'), onNode('systemctl restart kubelet || true')],
  risk: 'disruptive',
  rollback: 'systemctl enable --now firewalld || ufw enable',
}
