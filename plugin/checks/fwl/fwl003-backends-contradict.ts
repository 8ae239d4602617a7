import type { Iptables } from '../../../shared/node/iptables.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { listed, placeOf } from '../../model/packet-filter/blockade-text.ts'
import { type Blockade, filterParts, type Tried, trafficParts, tryNode } from '../../model/packet-filter/blockades.ts'
import type { Origin } from '../../model/packet-filter/rules.ts'

export default nodeCheck({
  code: 'FWL003',
  severity: 'warning',
  title: 'Rules in both iptables backends contradict',
  explains: ['FWL001', 'FWL002', 'FWL004', 'PRX005'],
  needs: ['iptables'],
  wants: filterParts,
  wantsCluster: trafficParts,
  decisive: ['routes', 'nodes', 'pods'],
  run: ({ node, parts: { iptables }, maybe, maybeCluster }) => {
    const { nft, legacy } = iptables.ipv4
    if (isMissing(legacy) || isMissing(nft)) return passed
    if (!isOk(legacy)) return notRun(legacy.detail)
    if (!isOk(nft)) return notRun(nft.detail)
    const input = { node, parts: maybe, cluster: maybeCluster }
    const [byNft, byLegacy] = [tryNode(input, 'iptables-nft'), tryNode(input, 'iptables-legacy')]
    const contradictions = [...contradictionsOf(byNft, byLegacy), ...contradictionsOf(byLegacy, byNft)]
    const isDoubled = hasServices(iptables.ipv4.nft) && hasServices(iptables.ipv4.legacy)
    return contradictions.length > 0 || isDoubled ? found(draft(node, contradictions, isDoubled)) : passed
  },
})

interface Contradiction {
  readonly blockade: Blockade
  readonly acceptedBy: Origin
}

/** Packets that a rule of one backend stops and a rule of the other explicitly accepts. */
const contradictionsOf = ({ blockades }: Tried, { tried }: Tried): readonly Contradiction[] =>
  blockades.flatMap(blockade => {
    const other = tried.find(
      ({ journey }) =>
        journey.text === blockade.journey.text &&
        journey.packet.source.address.family === blockade.journey.packet.source.address.family,
    )
    const acceptedBy = other?.verdict.verdict === 'accept' ? other.verdict.acceptedBy[0] : undefined
    return acceptedBy ? [{ blockade, acceptedBy }] : []
  })

/** Whether there are rules to endpoints; kube-proxy's marker chains do not count. */
function hasServices(saved: Iptables['ipv4']['nft']): boolean {
  const nat = isOk(saved) ? saved.value.tables.find(({ name }) => name === 'nat') : undefined
  return nat?.chains.some(({ name, rules }) => name.startsWith('KUBE-SEP-') && rules.length > 0) ?? false
}

function draft(node: string, contradictions: readonly Contradiction[], isDoubled: boolean): Draft {
  const [first] = contradictions
  return {
    message: first
      ? `on ${node} ${placeOf(first.blockade.by)} stops packets ${listed(contradictions.map(({ blockade }) => blockade.journey.text))}, which ${placeOf(first.acceptedBy)} accepts: both kinds of iptables are asked, and a drop wins`
      : `on ${node} both kinds of iptables lead services to endpoints: one of them is left over and old`,
    evidence: [
      ...(first
        ? [
            { at: `${node}: ${placeOf(first.blockade.by)}`, observed: first.blockade.by.text },
            { at: `${node}: ${placeOf(first.acceptedBy)}`, observed: first.acceptedBy.text },
          ]
        : []),
      ...(isDoubled
        ? [
            {
              at: `${node}: iptables-nft -t nat and iptables-legacy -t nat`,
              observed: 'chains KUBE-SEP-… with rules in both',
              expected: 'in one of them',
            },
          ]
        : []),
    ],
    danger: 'what one program accepts another one has long dropped, and listing the rules with either shows only half',
    remedies: [
      {
        title: 'find out which kind kubelet, kube-proxy and the CNI use, and take away the rules of the other one',
        commands: [
          onNode('iptables-nft-save | grep -c KUBE; iptables-legacy-save | grep -c KUBE'),
          onNode('iptables-legacy-save > /root/legacy.saved; iptables-nft-save > /root/nft.saved'),
          onNode('reboot   # rules that nobody keeps are gone afterwards'),
        ],
        risk: 'disruptive',
        rollback: 'iptables-legacy-restore < /root/legacy.saved',
      },
    ],
  }
}
