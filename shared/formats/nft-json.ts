import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../reading.ts'
import { isShallow } from './json-depth.ts'
import { parseStatement, statementSchema } from './nft-statement.ts'

const tableSchema = z.object({ family: z.string(), name: z.string() })

const chainSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  /** What the kernel calls it for; all null for a chain that is only jumped to. */
  type: z.nullable(z.string()),
  hook: z.nullable(z.string()),
  priority: z.nullable(z.number()),
  policy: z.nullable(z.string()),
})

const setSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  /** Types of the key, as `ipv4_addr`; several of a concatenation. */
  keys: z.array(z.string()),
  /** What a map maps to (`verdict` or a type); null for a set. */
  map: z.nullable(z.string()),
  elements: z.array(
    z.object({
      /** One value for each type of the key; a network is `10.0.0.0/8`, a range `first-last`. */
      key: z.array(z.string()),
      /** What a map gives for it, as nft prints it. */
      data: z.optional(z.unknown()),
      comment: z.optional(z.string()),
    }),
  ),
  /** Elements that were not kept for want of room. */
  omitted: z.number(),
})

const ruleSchema = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  handle: z.nullable(z.number()),
  comment: z.nullable(z.string()),
  statements: z.array(statementSchema),
})

/** What `nft -j list ruleset` printed. */
export const nftRulesetSchema = z.object({
  /** Of the program. */
  version: z.nullable(z.string()),
  tables: z.array(tableSchema),
  chains: z.array(chainSchema),
  sets: z.array(setSchema),
  /** In the order of each chain. */
  rules: z.array(ruleSchema),
  /** Objects that were not kept for want of room, with all that belongs to them. */
  omitted: z.number(),
  /** Objects of other kinds, as `flowtable`, by kind. */
  others: z.record(z.string(), z.number()),
})
export type NftRuleset = z.infer<typeof nftRulesetSchema>

/** Text to a ruleset; of more than `room` characters of objects the rest is counted as omitted. Never throws. */
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
    // Deeper values than any rule has are not walked, here or later.
    if (!isShallow(body, mostDepth)) ruleset.omitted += 1
    else if (kind === 'metainfo') ruleset.version = z.safeParse(metaSchema, body).data?.version ?? null
    else if (!keepObject(keeper, kind, body)) countOther(ruleset, kind)
  }
}

const mostDepth = 24
const metaSchema = z.object({ version: z.string() })

/** False for an object of another kind or shape. */
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
  if (kind === 'set' || kind === 'map') return push(ruleset.sets, readSet(keeper, body))
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
})

function readChain(body: unknown): NftRuleset['chains'][number] | null {
  const { data } = z.safeParse(chainInput, body)
  if (data === undefined) return null
  const { family, table, name, type = null, hook = null, prio = null, policy = null } = data
  return { family, table, name, type, hook, priority: prio, policy }
}

const setInput = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  type: z.unknown(),
  map: z.optional(z.unknown()),
  elem: z.optional(z.array(z.unknown())),
})

function readSet(keeper: Keeper, body: unknown): NftRuleset['sets'][number] | null {
  const { data } = z.safeParse(setInput, body)
  if (data === undefined) return null
  const { family, table, name, type, map, elem = [] } = data
  const elements: NftRuleset['sets'][number]['elements'] = []
  for (const element of elem) {
    const read = readElement(element, map !== undefined)
    keeper.room -= JSON.stringify(read).length
    if (keeper.room < 0) break
    elements.push(read)
  }
  const omitted = elem.length - elements.length
  return {
    family,
    table,
    name,
    keys: textsOf(type),
    map: map === undefined ? null : textsOf(map).join('.'),
    elements,
    omitted,
  }
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(valueText)

type Element = NftRuleset['sets'][number]['elements'][number]

/** A key, or key and data; one with a comment or a time stands in `{elem: {val}}`. */
function readElement(element: unknown, isMap: boolean): Element {
  const [key, data] = isMap && Array.isArray(element) ? element : [element, undefined]
  const wrapped = z.safeParse(wrappedSchema, key).data?.elem
  const value = wrapped?.val ?? key
  const parts = z.safeParse(concatSchema, value).data?.concat ?? [value]
  return {
    key: parts.map(valueText),
    ...(data === undefined ? {} : { data }),
    ...(wrapped?.comment === undefined ? {} : { comment: wrapped.comment }),
  }
}

const wrappedSchema = z.object({ elem: z.object({ val: z.unknown(), comment: z.optional(z.string()) }) })
const concatSchema = z.object({ concat: z.array(z.unknown()) })
const prefixSchema = z.object({ prefix: z.object({ addr: z.string(), len: z.number() }) })
const rangeSchema = z.object({ range: z.tuple([z.unknown(), z.unknown()]) })

function valueText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  const prefix = z.safeParse(prefixSchema, value).data?.prefix
  if (prefix !== undefined) return `${prefix.addr}/${prefix.len}`
  const range = z.safeParse(rangeSchema, value).data?.range
  return range === undefined
    ? JSON.stringify(value)
    : range.map(end => JSON.stringify(end).replaceAll('"', '')).join('-')
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
