import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../reading.ts'
import { isSendable } from './json-depth.ts'
import { nftSetSchema, readNftSet } from './nft-set.ts'
import { parseStatement, statementSchema } from './nft-statement.ts'

const tableSchema = z.object({ family: z.string(), name: z.string() })

const chainSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  /** Hook of a base chain; all null for a chain that is only jumped to. */
  type: z.nullable(z.string()),
  hook: z.nullable(z.string()),
  priority: z.nullable(z.number()),
  policy: z.nullable(z.string()),
  /** Those at which packets meet it as they come (`ingress`) or go (`egress`). */
  devices: z.optional(z.array(z.string())),
})

const ruleSchema = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  handle: z.nullable(z.number()),
  comment: z.nullable(z.string()),
  statements: z.array(statementSchema),
})

/** Output of `nft -j list ruleset`. */
export const nftRulesetSchema = z.object({
  /** Version of the program. */
  version: z.nullable(z.string()),
  tables: z.array(tableSchema),
  chains: z.array(chainSchema),
  sets: z.array(nftSetSchema),
  /** In order within each chain. */
  rules: z.array(ruleSchema),
  /** Objects left out because of the size limit, with all that belongs to them. */
  omitted: z.number(),
  /** Number of objects of other kinds, such as `flowtable`, or unknown shape, by kind. */
  others: z.record(z.string(), z.number()),
})
export type NftRuleset = z.infer<typeof nftRulesetSchema>

/** Parses a ruleset; beyond `room` characters the rest is counted as omitted. Never throws. */
export function parseNftRuleset(text: string, room = Number.POSITIVE_INFINITY): Reading<NftRuleset> {
  const parsed = parse(text)
  if (parsed === null) return unavailable('malformed', 'nft printed no JSON')
  const list = z.safeParse(outputSchema, parsed)
  if (!list.success) return unavailable('malformed', 'nft printed JSON that is no ruleset')
  const ruleset: NftRuleset = { version: null, tables: [], chains: [], sets: [], rules: [], omitted: 0, others: {} }
  const keeper = { ruleset, room }
  for (const entry of list.data.nftables) keepEntry(keeper, entry)
  return ok(ruleset)
}

const outputSchema = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) })

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

interface Keeper {
  readonly ruleset: NftRuleset
  room: number
}

function keepEntry(keeper: Keeper, entry: Readonly<Record<string, unknown>>): void {
  const { ruleset } = keeper
  for (const [kind, body] of Object.entries(entry)) {
    // Values nested deeper than any rule are not kept.
    if (!isSendable(body, mostDepth)) ruleset.omitted += 1
    else if (kind === 'metainfo') ruleset.version = z.safeParse(metaSchema, body).data?.version ?? null
    else if (!keepObject(keeper, kind, body)) countOther(ruleset, kind)
  }
}

const mostDepth = 24
const metaSchema = z.object({ version: z.string() })

/** Returns false for an object of another kind or shape. */
function keepObject(keeper: Keeper, kind: string, body: unknown): boolean {
  const { ruleset } = keeper
  const size = kind === 'set' || kind === 'map' ? 200 : JSON.stringify(body).length
  keeper.room -= size
  if (keeper.room < 0) {
    ruleset.omitted += 1
    return true
  }
  if (kind === 'table') return push(ruleset.tables, z.safeParse(tableSchema, body).data)
  if (kind === 'chain') return push(ruleset.chains, readChain(body))
  if (kind === 'set' || kind === 'map') return push(ruleset.sets, readNftSet(body, keeper))
  return kind === 'rule' && push(ruleset.rules, readRule(body))
}

function push<T>(list: T[], value: T | null | undefined): boolean {
  if (value === null || value === undefined) return false
  list.push(value)
  return true
}

function countOther({ others }: NftRuleset, kind: string): void {
  if (/^[a-z ]{1,40}$/.test(kind)) others[kind] = (others[kind] ?? 0) + 1
}

const chainInput = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  type: z.optional(z.string()),
  hook: z.optional(z.string()),
  prio: z.optional(z.number()),
  policy: z.optional(z.string()),
  dev: z.optional(z.union([z.string(), z.array(z.string())])),
})

function readChain(body: unknown): NftRuleset['chains'][number] | null {
  const { data } = z.safeParse(chainInput, body)
  if (data === undefined) return null
  const { family, table, name, type = null, hook = null, prio = null, policy = null, dev } = data
  const devices = dev === undefined ? {} : { devices: [dev].flat() }
  return { family, table, name, type, hook, priority: prio, policy, ...devices }
}

const ruleInput = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  handle: z.optional(z.number()),
  comment: z.optional(z.string()),
  expr: z.array(z.unknown()),
})

function readRule(body: unknown): NftRuleset['rules'][number] | null {
  const { data } = z.safeParse(ruleInput, body)
  if (data === undefined) return null
  const { family, table, chain, handle = null, comment = null, expr } = data
  return { family, table, chain, handle, comment, statements: expr.map(parseStatement) }
}
