import * as z from 'zod/mini'

/** A set or a map of nf_tables. */
export const nftSetSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  /** Types of the key, such as `ipv4_addr`; several for a concatenation. */
  keys: z.array(z.string()),
  /** Type that a map maps to (`verdict` or another); null for a set. */
  map: z.nullable(z.string()),
  elements: z.array(
    z.object({
      /** One value for each type of the key; a network is `10.0.0.0/8`, a range `first-last`. */
      key: z.array(z.string()),
      /** The element's data in a map, as nft prints it. */
      data: z.optional(z.unknown()),
      comment: z.optional(z.string()),
    }),
  ),
  /** Seconds until the element expires; absent when it does not. */
  timeout: z.optional(z.number()),
  /** Elements left out because of the size limit. */
  omitted: z.number(),
})

type NftSet = z.infer<typeof nftSetSchema>
type Element = NftSet['elements'][number]

/** Reads a set or map; null for anything else. Deducts the size of its elements from the budget. */
export function readNftSet(body: unknown, budget: { room: number }): NftSet | null {
  const { data } = z.safeParse(setInput, body)
  if (data === undefined) return null
  const { family, table, name, type, map, elem = [], timeout } = data
  const elements: Element[] = []
  for (const element of elem) {
    const read = readElement(element, map !== undefined)
    budget.room -= JSON.stringify(read).length
    if (budget.room < 0) break
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
    ...(timeout === undefined ? {} : { timeout }),
    omitted,
  }
}

const setInput = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  type: z.unknown(),
  map: z.optional(z.unknown()),
  timeout: z.optional(z.number()),
  elem: z.optional(z.array(z.unknown())),
})

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(valueText)

/** Reads a key, or key and data; one with a comment or timeout is wrapped in `{elem: {val}}`. */
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

/** A key as text: a network as `10.0.0.0/8`, a range as `first-last`; anything else as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  const prefix = z.safeParse(prefixSchema, value).data?.prefix
  if (prefix !== undefined) return `${prefix.addr}/${prefix.len}`
  const range = z.safeParse(rangeSchema, value).data?.range
  return range === undefined
    ? JSON.stringify(value)
    : range.map(end => JSON.stringify(end).replaceAll('"', '')).join('-')
}
