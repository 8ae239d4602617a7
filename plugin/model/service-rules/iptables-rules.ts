import type { IptablesDump, IptablesTable } from '../../../shared/formats/iptables-save.ts'
import type { Iptables } from '../../../shared/node/iptables.ts'
import { isMissing, isOk, ok, type Reading, type Unavailable, unavailable } from '../../../shared/reading.ts'
import { addressKey, backendKey, type Family, nodePortKey } from './frontend.ts'
import { type Affinity, type ChainContent, chainFollower, type ObservedRules } from './observed-rules.ts'

/**
 * Rules of kube-proxy in iptables mode, followed from the address that clients ask for down to DNAT. No comment is
 * needed: large clusters have none. Source: pkg/proxy/iptables/proxier.go of Kubernetes.
 */
export function iptablesRules({ ipv4, ipv6 }: Iptables): Reading<ObservedRules> {
  const draft: Draft = { families: new Set(), frontends: new Map(), affinity: new Map(), refused: new Set() }
  const problem = readFamily(draft, ipv4, 4)
  const other = readFamily(draft, ipv6, 6)
  if (problem && other) return problem
  return ok({ mode: 'iptables', ...draft, hasNodePorts: true })
}

interface Draft {
  readonly families: Set<Family>
  readonly frontends: Map<string, ReadonlySet<string>>
  readonly affinity: Map<string, Affinity>
  readonly refused: Set<string>
}

type Chain = IptablesTable['chains'][number]

/** Null when the family was read. */
function readFamily(draft: Draft, { nft, legacy }: Iptables['ipv4'], family: Family): Unavailable | null {
  const unread = [nft, legacy].find(isUnread)
  const dumps = [nft, legacy].flatMap(reading => (isOk(reading) ? [reading.value] : []))
  const [dump] = dumps.toSorted((a, b) => weightOf(b) - weightOf(a))
  if (unread && !isOk(unread) && !(dump && isWrittenByProxy(dump))) return unread
  if (!dump) return unavailable('missing', 'the node has no program that prints its rules')
  if (!isWhole(dump)) return unavailable('too-large', 'there are more rules than were kept')
  readDump(draft, dump, family)
  draft.families.add(family)
  return null
}

/** What the kernel has none of was read. */
const isUnread = (reading: Reading<unknown>): boolean => !isOk(reading) && !isMissing(reading)

/** Where both kinds hold rules of services, those with more are in use; the others are told of elsewhere. */
const weightOf = (dump: IptablesDump): number =>
  chainsOf(dump, 'nat').find(({ name }) => name === 'KUBE-SERVICES')?.rules.length ?? 0

/** kube-proxy writes to this kind of tables: its rules stand in one of them, also where another was emptied. */
const isWrittenByProxy = (dump: IptablesDump): boolean =>
  weightOf(dump) > 0 || chainsOf(dump, 'filter').some(({ name, rules }) => name === 'KUBE-FORWARD' && rules.length > 0)

const isWhole = ({ tables }: IptablesDump): boolean =>
  tables.every(
    ({ isComplete, omittedChains, chains }) =>
      isComplete && omittedChains === 0 && chains.every(({ omitted }) => omitted === 0),
  )

const chainsOf = ({ tables }: IptablesDump, name: string): readonly Chain[] =>
  tables.find(table => table.name === name)?.chains ?? []

function readDump({ frontends, affinity, refused }: Draft, dump: IptablesDump, family: Family): void {
  const nat = new Map(chainsOf(dump, 'nat').map(chain => [chain.name, chain]))
  const follow = chainFollower(name => contentOf(nat.get(name)))
  for (const chain of ['KUBE-SERVICES', 'KUBE-NODEPORTS']) {
    for (const { text } of nat.get(chain)?.rules ?? []) {
      const key = keyOf(text, family)
      const target = targetOf(text)
      if (key === null || target === null || !ofPort.test(target)) continue
      const lead = follow(target)
      frontends.set(key, union(frontends.get(key), lead.backends))
      if (lead.affinity !== null) affinity.set(key, lead.affinity)
    }
  }
  for (const { name, rules } of chainsOf(dump, 'filter')) {
    if (name !== 'KUBE-SERVICES' && name !== 'KUBE-EXTERNAL-SERVICES') continue
    for (const { text } of rules) {
      const key = /(?:^| )-j (?:REJECT|DROP)\b/.test(text) ? keyOf(text, family) : null
      if (key !== null) refused.add(key)
    }
  }
}

/** Chains of ports: KUBE-XLB was KUBE-EXT until 1.23. */
const ofPort = /^KUBE-(?:SVC|SVL|EXT|XLB|FW)-/

const union = (some: ReadonlySet<string> | undefined, more: ReadonlySet<string>): ReadonlySet<string> =>
  some === undefined || some.size === 0 ? more : new Set([...some, ...more])

/** Rules of tens of thousands of chains are read for the few words that matter: whole typing takes ten times longer. */
function keyOf(text: string, family: Family): string | null {
  const port = wordAfter(text, '--dport ')
  const protocol = wordAfter(text, '-p ')
  if (port === null || protocol === null) return null
  const [address = '', prefix] = (text.includes('! -d ') ? null : wordAfter(text, '-d '))?.split('/') ?? []
  if (address === '') return nodePortKey(family, protocol, port)
  const isHost = prefix === undefined || prefix === (family === 4 ? '32' : '128')
  return isHost ? addressKey(address, protocol, port) : null
}

/** The word that stands behind an option. */
function wordAfter(text: string, option: string): string | null {
  let at = text.indexOf(option)
  while (at > 0 && text.charCodeAt(at - 1) !== space) at = text.indexOf(option, at + 1)
  if (at < 0) return null
  const start = at + option.length
  const end = text.indexOf(' ', start)
  return end < 0 ? text.slice(start) : text.slice(start, end)
}

const space = 0x20

const targetOf = (text: string): string | null => wordAfter(text, '-j ') ?? wordAfter(text, '-g ')

function contentOf(chain: Chain | undefined): ChainContent | null {
  if (!chain) return null
  const backends: string[] = []
  const chains = new Set<string>()
  let affinity: Affinity | null = null
  for (const { text } of chain.rules) {
    const target = targetOf(text)
    // An older program does not understand every rule of a newer one: then the chain's name tells the backend.
    if (target === 'DNAT') backends.push(destinationOf(text) ?? chain.name)
    else if (target?.startsWith('KUBE-') && target !== 'KUBE-MARK-MASQ') {
      // Only clients that were there before take such a rule.
      if (text.includes(' --rcheck ')) affinity ??= affinityOf(text)
      else chains.add(target)
    }
  }
  return { backends, chains: [...chains], affinity }
}

function affinityOf(text: string): Affinity {
  const seconds = wordAfter(text, '--seconds ')
  return { seconds: seconds !== null && /^\d{1,9}$/.test(seconds) ? Number(seconds) : null }
}

function destinationOf(text: string): string | null {
  const [, six, four, port = ''] =
    /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(wordAfter(text, '--to-destination ') ?? '') ?? []
  const address = six ?? four
  return address === undefined ? null : backendKey(address, port)
}
