import { isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { insertionFailures } from '../../model/insertion-failures.ts'
import { type PlainMasquerade, plainMasquerades } from '../../model/packet-filter/masquerades.ts'

export default nodeCheck({
  code: 'CTK003',
  severity: 'warning',
  title: 'Source addresses translated without random ports',
  explains: ['NET004'],
  needs: ['iptables'],
  wants: ['conntrack'],
  cluster: ['nodes'],
  run: ({ node, parts: { iptables }, maybe: { conntrack }, cluster: { nodes } }) => {
    const unread = [iptables.ipv4.nft, iptables.ipv4.legacy].filter(isOk).length === 0
    if (unread) return notRun('no rules of iptables were read')
    const networks = nodes.flatMap(({ podCIDRs }) => podCIDRs)
    const rules = plainMasquerades(iptables, networks)
    const failures = isOk(conntrack) ? insertionFailures(conntrack.value) : null
    // Without insertion failures since boot, random ports would change nothing.
    if (rules.length === 0 || failures?.total === 0) return passed
    return found(draft(node, rules, failures?.lost ?? null))
  },
})

function draft(node: string, rules: readonly PlainMasquerade[], lost: number | null): Draft {
  const isHarmful = lost !== null && lost > 0
  return {
    severity: isHarmful ? 'warning' : 'info',
    confidence: 'likely',
    message: isHarmful
      ? `${node} gives packets of pods its own address without random ports, and ${lost} new connections could not be entered into the connection table`
      : `${node} gives packets of pods its own address without random ports; nothing is lost so far`,
    evidence: [
      ...rules.slice(0, 3).map(({ chain, text }) => ({
        at: `${node}: iptables -t nat, chain ${chain}`,
        observed: text.slice(0, 300),
        expected: '--random-fully',
      })),
      ...(isHarmful
        ? [{ at: `${node}:/proc/net/stat/nf_conntrack`, observed: `${lost} insertions failed between two samples` }]
        : []),
    ],
    danger:
      'two pods that leave from the same port to the same server at the same moment take each other’s entry: one waits a second or more',
    remedies: [
      {
        title:
          'switch random ports on where the rule is made: flannel by itself with iptables 1.6.2, ip-masq-agent by --random-fully',
        commands: [onNode('iptables -t nat -S | grep -e MASQUERADE -e SNAT; conntrack -S')],
        risk: 'none',
      },
    ],
  }
}
