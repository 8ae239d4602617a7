import type { NftRuleset } from '../../../shared/formats/nft-json.ts'
import type { NftStatement } from '../../../shared/formats/nft-statement.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { addressKey, backendKey, type Family, nodePortKey } from './frontend.ts'
import { backendFinder, type ChainContent, type ObservedRules } from './observed-rules.ts'

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
  const refused = new Set<string>()
  for (const [name, family] of Object.entries(families)) {
    const backendsOf = backendFinder(chainReader(ruleset, name))
    for (const { set, key, data } of elementsOf(ruleset, name, family)) {
      if (set.startsWith('no-endpoint-')) refused.add(key)
      else frontends.set(key, new Set([...verdictChains(data)].flatMap(chain => [...backendsOf(chain)])))
    }
  }
  return ok({ mode: 'nftables', families: new Set([4, 6]), frontends, refused, hasNodePorts: true })
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

/** Statements of the table's chains by name, indexed once. */
function chainReader({ rules }: NftRuleset, family: string): (chain: string) => ChainContent | null {
  const byChain = new Map<string, NftStatement[]>()
  for (const rule of rules) {
    if (rule.table !== table || rule.family !== family) continue
    const known = byChain.get(rule.chain)
    if (known) known.push(...rule.statements)
    else byChain.set(rule.chain, [...rule.statements])
  }
  return chain => {
    const statements = byChain.get(chain)
    return statements ? contentOf(statements) : null
  }
}

function contentOf(statements: readonly NftStatement[]): ChainContent {
  const backends: string[] = []
  const chains = new Set<string>()
  for (const statement of statements) {
    if (statement.kind === 'verdict' && statement.chain !== null) chains.add(statement.chain)
    else if (statement.kind === 'vmap') for (const chain of verdictChains(statement.data)) chains.add(chain)
    else if (statement.kind === 'nat' && statement.action === 'dnat') backends.push(...destinations(statement.to))
  }
  return { backends, chains: [...chains] }
}

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
