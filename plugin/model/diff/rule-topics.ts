import type { IptablesDump } from '../../../shared/formats/iptables-save.ts'
import type { Iptables } from '../../../shared/node/iptables.ts'
import { isOk, ok, type Reading } from '../../../shared/reading.ts'
import { closedTopic, type Topic } from './topic.ts'

/** Chains that Kubernetes and CNIs write anew all the time, and rules that lead there. */
const own =
  /^(?:KUBE|CNI|cali|CILIUM|OLD_CILIUM|FLANNEL|FLANN|WEAVE|AWS|ANTREA|AZURE|KINDNET|DOCKER|IP-MASQ)(?:[-_:]|$)/
const leadsToOwn = (text: string): boolean => own.test(/(?:^| )-[jg] (\S+)/.exec(text)?.[1] ?? '')

const dumps = [
  ['ipv4', 'nft', 'iptables-nft'],
  ['ipv4', 'legacy', 'iptables-legacy'],
  ['ipv6', 'nft', 'ip6tables-nft'],
  ['ipv6', 'legacy', 'ip6tables-legacy'],
] as const

/** Policies and rules of the packet filter that were written by hand or by other programs than Kubernetes and its network. */
export const ruleTopics = (iptables: Reading<Iptables>): readonly Topic[] =>
  dumps.map(([family, kind, program]) =>
    closedTopic({
      name: `rules ${program}`,
      reading: isOk(iptables) ? iptables.value[family][kind] : iptables,
      facts: dump => foreignChains(dump).map(([chain, text]) => [`${program} ${chain}`, ok(text)]),
    }),
  )

/** By table and chain, one rule per line, with a line for the policy where it is not the usual one. */
const foreignChains = ({ tables }: IptablesDump): readonly (readonly [string, string])[] =>
  tables.flatMap(table =>
    table.chains
      .filter(({ name }) => !own.test(name))
      .flatMap(({ name, policy, rules }) => {
        const lines = [
          ...(policy === null || policy === 'ACCEPT' ? [] : [`policy ${policy}`]),
          ...rules.map(({ text }) => text).filter(text => !leadsToOwn(text)),
        ]
        return lines.length > 0 ? [[`-t ${table.name}, chain ${name}`, lines.join('\n')] as const] : []
      }),
  )
