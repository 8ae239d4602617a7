import type { IptablesDump, IptablesTable } from '../../../shared/formats/iptables-save.ts'
import type { Iptables } from '../../../shared/node/iptables.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'

/** A chain of the kernel, or of kube-proxy, from which no packet comes to the rules of services that the same table holds. */
export interface LostEntry {
  readonly hook: string
  /** The chain that it should lead to. */
  readonly chain: string
}

const entries: readonly LostEntry[] = [
  { hook: 'PREROUTING', chain: 'KUBE-SERVICES' },
  { hook: 'OUTPUT', chain: 'KUBE-SERVICES' },
  { hook: 'POSTROUTING', chain: 'KUBE-POSTROUTING' },
  { hook: 'KUBE-SERVICES', chain: 'KUBE-NODEPORTS' },
]

/** Entries that are missing where rules of services are; of two kinds of iptables one that is whole is enough. */
export function lostEntries(iptables: Reading<Iptables>): readonly LostEntry[] {
  if (!isOk(iptables)) return []
  const { ipv4, ipv6 } = iptables.value
  for (const { nft, legacy } of [ipv4, ipv6]) {
    const tables = [nft, legacy].flatMap(dump => (isOk(dump) ? serviceTables(dump.value) : []))
    const losses = tables.map(lossesOf)
    const [first] = losses
    if (first && losses.every(({ length }) => length > 0)) return first
  }
  return []
}

const serviceTables = ({ tables }: IptablesDump): readonly IptablesTable[] =>
  tables.filter(({ name, chains }) => name === 'nat' && chains.some(hasServices))

const hasServices = ({ name, rules }: IptablesTable['chains'][number]): boolean =>
  name === 'KUBE-SERVICES' && rules.some(({ text }) => /-j KUBE-(?:SVC|SVL|EXT)-/.test(text))

const lossesOf = (table: IptablesTable): readonly LostEntry[] =>
  entries.filter(({ hook, chain }) => {
    const first = table.chains.find(({ name }) => name === hook)
    const isWanted = chain !== 'KUBE-NODEPORTS' || hasNodePorts(table)
    return isWanted && first !== undefined && first.omitted === 0 && !leadsTo(table, hook, chain)
  })

const hasNodePorts = ({ chains }: IptablesTable): boolean =>
  chains.some(
    ({ name, rules }) => name === 'KUBE-NODEPORTS' && rules.some(({ text }) => /-j KUBE-(?:SVC|EXT)-/.test(text)),
  )

/** Directly, or by chains between. */
function leadsTo({ chains }: IptablesTable, hook: string, wanted: string): boolean {
  const seen = new Set([hook])
  for (const name of seen) {
    if (name === wanted) return true
    const rules = chains.find(chain => chain.name === name)?.rules ?? []
    for (const { text } of rules) {
      const next = /(?:^| )-[jg] (?<chain>\S+)/.exec(text)?.groups?.chain
      if (next !== undefined && seen.size < mostChains) seen.add(next)
    }
  }
  return false
}

/** The way to services is short; other chains are not followed for ever. */
const mostChains = 64
