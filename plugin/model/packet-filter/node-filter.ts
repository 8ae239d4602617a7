import type { IptablesDump } from '../../../shared/formats/iptables-save.ts'
import type { NftRuleset } from '../../../shared/formats/nft-json.ts'
import { formatAddress } from '../../../shared/ip.ts'
import type { Iptables } from '../../../shared/node/iptables.ts'
import { isMissing, isOk, type Reading } from '../../../shared/reading.ts'
import type { NodeParts, PartValues } from '../../../shared/snapshot.ts'
import { memoise } from '../memo.ts'
import { ipsetQuestion } from './ipset-questions.ts'
import { iptablesChains } from './iptables-chains.ts'
import { nftChains } from './nft-chains.ts'
import type { SetQuestion, Surroundings } from './packet.ts'
import type { Backend, BaseChain } from './rules.ts'

type FilterParts = Pick<NodeParts, 'iptables' | 'nft' | 'ipsets' | 'links'>

/** All rules of one address family on a node, compiled for walking. */
export interface NodeFilter {
  readonly chains: readonly BaseChain[]
  readonly surroundings: Surroundings
  /** Why rules may be missing, so that a passing packet may still be stopped; null when all were read. */
  readonly unread: string | null
}

/** Compiles the rules of both iptables backends and of native nf_tables; once per reading. */
export function nodeFilter({ iptables, nft, ipsets, links }: FilterParts, family: 4 | 6): NodeFilter {
  const saved = isOk(iptables)
    ? savedChains(iptables.value, family)
    : { chains: [], unread: iptables.detail, hasNft: false }
  const native = isOk(nft) ? compileRuleset(nft.value)(family, saved.hasNft) : []
  const unread = isOk(nft) || (isMissing(nft) && saved.hasNft) ? saved.unread : nft.detail
  return { chains: [...saved.chains, ...native], surroundings: surroundingsOf(links, ipsets), unread }
}

interface Saved {
  readonly chains: readonly BaseChain[]
  readonly unread: string | null
  /** Whether the tables of iptables-nft are included. */
  readonly hasNft: boolean
}

function savedChains(iptables: Iptables, family: 4 | 6): Saved {
  const { nft, legacy } = family === 4 ? iptables.ipv4 : iptables.ipv6
  const chains = [
    ...(isOk(nft) ? compileDump(nft.value)('iptables-nft') : []),
    ...(isOk(legacy) ? compileDump(legacy.value)('iptables-legacy') : []),
  ]
  const unread = [nft, legacy].find(isUnread)
  return { chains, unread: unread?.status === 'unavailable' ? unread.detail : null, hasNft: isOk(nft) }
}

/** A host without iptables-nft-save is not unread: nft prints those tables too. */
const isUnread = (reading: Reading<unknown>): boolean =>
  !isOk(reading) && !isMissing(reading) && reading.reason !== 'unsupported'

/** Caches the result per key. */
function lazily<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return key => {
    const value = known.get(key) ?? compute(key)
    known.set(key, value)
    return value
  }
}

const compileDump = memoise((dump: Pick<IptablesDump, 'tables'>) =>
  lazily((backend: Backend) => iptablesChains(dump, backend)),
)

const ownTables = new Set(['raw', 'mangle', 'nat', 'filter', 'security'])

const compileRuleset = memoise((ruleset: NftRuleset) => {
  const compile = lazily((key: `${4 | 6} ${boolean}`) =>
    nftChains(ruleset, {
      family: key.startsWith('4') ? 4 : 6,
      isSkipped: ({ family, name }) => key.endsWith('true') && family !== 'inet' && ownTables.has(name),
    }),
  )
  return (family: 4 | 6, hasIptables: boolean) => compile(`${family} ${hasIptables}`)
})

function surroundingsOf(links: Reading<PartValues['links']>, ipsets: Reading<PartValues['ipsets']>): Surroundings {
  const own = isOk(links) && links.value.hasAddresses ? ownAddresses(links.value) : null
  const sets = isOk(ipsets) ? compileSets(ipsets.value) : null
  return {
    isLocal: address => {
      if (isLoopback(address)) return 'yes'
      if (own === null) return 'maybe'
      return own.has(formatAddress(address)) ? 'yes' : 'no'
    },
    ipset: name => sets?.get(name) ?? null,
  }
}

const isLoopback = ({ family, value }: { readonly family: 4 | 6; readonly value: bigint }): boolean =>
  family === 4 ? value >> 24n === 127n : value === 1n

const ownAddresses = memoise(
  ({ links }: PartValues['links']): ReadonlySet<string> =>
    new Set(links.flatMap(({ addresses }) => addresses.map(address => address.replace(/\/.*/, '')))),
)

const compileSets = memoise(
  ({ sets }: PartValues['ipsets']): ReadonlyMap<string, SetQuestion> =>
    new Map(sets.map(set => [set.name, ipsetQuestion(set)])),
)
