import type { NftRuleset } from '../../../shared/formats/nft-json.ts'
import type { NftStatement } from '../../../shared/formats/nft-statement.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { addressKey, backendKey, type Family, nodePortKey } from './frontend.ts'
import { type Affinity, type ChainContent, chainFollower, type ObservedRules } from './observed-rules.ts'

const table = 'kube-proxy'
const families = { ip: 4, ip6: 6 } as const

/** True when a table of kube-proxy holds services. */
export const hasNftablesRules = ({ sets }: NftRuleset): boolean =>
  sets.some(set => set.table === table && set.name === 'service-ips' && set.elements.length > 0)

/**
 * Rules of kube-proxy in nftables mode: maps of services, and chains down to the backends, which stand in chains of
 * their own or, since 1.36, in a map. Source: pkg/proxy/nftables/proxier.go of Kubernetes.
 */
export function nftablesRules(ruleset: NftRuleset): Reading<ObservedRules> {
  const isCut = ruleset.omitted > 0 || ruleset.sets.some(set => set.table === table && set.omitted > 0)
  if (isCut) return unavailable('too-large', 'there are more rules than were kept')
  const frontends = new Map<string, ReadonlySet<string>>()
  const affinity = new Map<string, Affinity>()
  const refused = new Set<string>()
  for (const [name, family] of Object.entries(families)) {
    const follow = chainFollower(chainReader(ruleset, name))
    for (const { set, key, data } of elementsOf(ruleset, name, family)) {
      if (set.startsWith('no-endpoint-')) {
        refused.add(key)
        continue
      }
      const leads = [...verdictChains(data)].map(follow)
      frontends.set(key, new Set(leads.flatMap(({ backends }) => [...backends])))
      for (const lead of leads) if (lead.affinity !== null) affinity.set(key, lead.affinity)
    }
  }
  return ok({ mode: 'nftables', families: new Set([4, 6]), frontends, affinity, refused, hasNodePorts: true })
}

interface Element {
  readonly set: string
  readonly key: string
  readonly data: unknown
}

const wantedSets = /^(?:service-ips|service-nodeports|no-endpoint-services|no-endpoint-nodeports)$/

const elementsOf = ({ sets }: NftRuleset, familyName: string, family: Family): readonly Element[] =>
  sets
    .filter(set => set.family === familyName && set.table === table && wantedSets.test(set.name))
    .flatMap(({ name, elements }) =>
      elements.flatMap(({ key: [first = '', second = '', third], data }) => {
        const key = third === undefined ? nodePortKey(family, first, second) : addressKey(first, second, third)
        return [{ set: name, key, data }]
      }),
    )

/** Rules of the table's chains by name, indexed once. */
function chainReader({ rules, sets }: NftRuleset, family: string): (chain: string) => ChainContent | null {
  const byChain = new Map<string, (readonly NftStatement[])[]>()
  for (const rule of rules) {
    if (rule.table !== table || rule.family !== family) continue
    const known = byChain.get(rule.chain)
    if (known) known.push(rule.statements)
    else byChain.set(rule.chain, [rule.statements])
  }
  const own = sets.filter(set => set.table === table && set.family === family)
  const timeouts = new Map(own.map(({ name, timeout = null }) => [`@${name}`, timeout]))
  return chain => {
    const content = byChain.get(chain)
    return content ? contentOf(content, timeouts) : null
  }
}

/** Timeouts are those of the table's sets by `@name`, in seconds. */
function contentOf(
  rules: readonly (readonly NftStatement[])[],
  timeouts: ReadonlyMap<string, number | null>,
): ChainContent {
  let affinity: Affinity | null = null
  const backends: string[] = []
  const chains = new Set<string>()
  for (const statements of rules) {
    const [clients] = statements.flatMap(keptClients)
    // Only clients that were there before take such a rule.
    if (clients !== undefined) affinity ??= { seconds: timeouts.get(clients) ?? null }
    else for (const statement of statements) addTargets(statement, { backends, chains })
  }
  return { backends, chains: [...chains], affinity }
}

function addTargets(statement: NftStatement, { backends, chains }: { backends: string[]; chains: Set<string> }): void {
  if (statement.kind === 'verdict' && statement.chain !== null) chains.add(statement.chain)
  else if (statement.kind === 'vmap') for (const chain of verdictChains(statement.data)) chains.add(chain)
  else if (statement.kind === 'nat' && statement.action === 'dnat') backends.push(...destinations(statement.to))
}

/** The set of the clients that one backend keeps, where a rule is for them alone. */
const keptClients = (statement: NftStatement): readonly string[] =>
  statement.kind === 'match' && typeof statement.right === 'string' && statement.right.startsWith('@affinity-')
    ? [statement.right]
    : []

const fieldsOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []

/** Chains that a verdict, or any verdict of a map, goes to. */
function* verdictChains(value: unknown): Generator<string> {
  for (const [name, inner] of fieldsOf(value)) {
    const target =
      name === 'goto' || name === 'jump' ? fieldsOf(inner).find(([field]) => field === 'target') : undefined
    if (typeof target?.[1] === 'string') yield target[1]
    else yield* verdictChains(inner)
  }
}

/** `{addr, port}`, or each pair of a map that a backend is drawn from. */
function destinations(to: unknown): readonly string[] {
  const fields = new Map(fieldsOf(to))
  const [address, port] = [fields.get('addr'), fields.get('port')]
  const isPlain = typeof address === 'string' && (typeof port === 'number' || typeof port === 'string')
  return isPlain ? [backendKey(address, port)] : [...concatenations(to)]
}

function* concatenations(value: unknown): Generator<string> {
  for (const [name, inner] of fieldsOf(value)) {
    const [address, port, ...more]: readonly unknown[] = name === 'concat' && Array.isArray(inner) ? inner : []
    const isPair = typeof address === 'string' && /[.:]/.test(address) && more.length === 0
    if (isPair && (typeof port === 'number' || typeof port === 'string')) yield backendKey(address, port)
    else yield* concatenations(inner)
  }
}
