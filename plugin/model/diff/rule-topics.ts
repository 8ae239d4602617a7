import type { IptablesDump } from '../../../shared/formats/iptables-save.ts'
import type { Iptables } from '../../../shared/node/iptables.ts'
import { isOk, ok, type Reading } from '../../../shared/reading.ts'
import { closedTopic, type Topic } from './topic.ts'

/** Chains that Kubernetes and CNIs rewrite all the time, and jumps to them. */
const own =
  /^(?:KUBE|CNI|cali|CILIUM|OLD_CILIUM|FLANNEL|FLANN|WEAVE|AWS|ANTREA|AZURE|KINDNET|DOCKER|IP-MASQ)(?:[-_:]|$)/
const leadsToOwn = (text: string): boolean => own.test(/(?:^| )-[jg] (\S+)/.exec(text)?.[1] ?? '')

const dumps = [
  ['ipv4', 'nft', 'iptables-nft'],
  ['ipv4', 'legacy', 'iptables-legacy'],
  ['ipv6', 'nft', 'ip6tables-nft'],
  ['ipv6', 'legacy', 'ip6tables-legacy'],
] as const

/** Chain policies and rules that were not written by Kubernetes or its network. */
export const ruleTopics = (iptables: Reading<Iptables>): readonly Topic[] =>
  dumps.map(([family, kind, program]) =>
    closedTopic({
      name: `rules ${program}`,
      reading: isOk(iptables) ? iptables.value[family][kind] : iptables,
      facts: dump => foreignChains(dump).map(([chain, text]) => [`${program} ${chain}`, ok(text)]),
    }),
  )

/** Foreign rules by table and chain, one per line, and the policy unless it is ACCEPT. */
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
