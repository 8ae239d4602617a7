import * as z from 'zod/mini'

const json = z.unknown()

/** One statement of a rule; values inside are as nft prints them (libnftables-json(5)). */
export const statementSchema = z.discriminatedUnion('kind', [
  /** Continues when `left op right` holds. */
  z.object({ kind: z.literal('match'), op: z.string(), left: json, right: json }),
  /** `accept`, `drop`, `return`, `continue`, `queue`, or with a chain `jump` and `goto`. */
  z.object({ kind: z.literal('verdict'), verdict: z.string(), chain: z.nullable(z.string()) }),
  /** Looks a verdict up: `data` is the set itself or `@name`. */
  z.object({ kind: z.literal('vmap'), key: json, data: json }),
  z.object({ kind: z.literal('nat'), action: z.enum(['dnat', 'snat', 'masquerade', 'redirect']), to: json }),
  z.object({ kind: z.literal('reject'), with: json }),
  z.object({ kind: z.literal('counter'), packets: z.nullable(z.number()), bytes: z.nullable(z.number()) }),
  /** Sets a field, such as the packet mark. */
  z.object({ kind: z.literal('set'), key: json, value: json }),
  /** Any other statement, verbatim. One of iptables is `{xt: …}`. */
  z.object({ kind: z.literal('other'), statement: json }),
])
export type NftStatement = z.infer<typeof statementSchema>

/** Parses a member of `expr`; an unknown one is kept verbatim. */
export function parseStatement(value: unknown): NftStatement {
  const other = { kind: 'other', statement: value } as const
  const [entry, ...more] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (entry === undefined || more.length > 0) return other
  const [name, body] = entry
  return readers.get(name)?.(name, body) ?? other
}

type Reader = (name: string, body: unknown) => NftStatement | null

const matchSchema = z.object({ op: z.string(), left: json, right: json })
const vmapSchema = z.object({ key: json, data: json })
const targetSchema = z.object({ target: z.string() })
const mangleSchema = z.object({ key: json, value: json })
const counterSchema = z.object({ packets: z.optional(z.number()), bytes: z.optional(z.number()) })

const readPlain: Reader = (verdict, body) => (body === null ? { kind: 'verdict', verdict, chain: null } : null)

const readJump: Reader = (verdict, body) => {
  const { data } = z.safeParse(targetSchema, body)
  return data === undefined ? null : { kind: 'verdict', verdict, chain: data.target }
}

const readNat =
  (action: 'dnat' | 'snat' | 'masquerade' | 'redirect'): Reader =>
  (_, to) => ({ kind: 'nat', action, to })

const readCounter: Reader = (_, body) => {
  const { packets = null, bytes = null } = z.safeParse(counterSchema, body).data ?? {}
  return { kind: 'counter', packets, bytes }
}

/** Creates a parser for a statement body with a schema. */
const shaped =
  <T>(schema: z.ZodMiniType<T>, read: (data: T) => NftStatement): Reader =>
  (_, body) => {
    const parsed = z.safeParse(schema, body)
    return parsed.success ? read(parsed.data) : null
  }

const readers = new Map<string, Reader>([
  ['match', shaped(matchSchema, data => ({ kind: 'match', ...data }))],
  ['vmap', shaped(vmapSchema, data => ({ kind: 'vmap', ...data }))],
  ['mangle', shaped(mangleSchema, data => ({ kind: 'set', ...data }))],
  ['reject', (_, body) => ({ kind: 'reject', with: body })],
  ['counter', readCounter],
  ['jump', readJump],
  ['goto', readJump],
  ...['accept', 'drop', 'return', 'continue'].map((name): [string, Reader] => [name, readPlain]),
  ...(['dnat', 'snat', 'masquerade', 'redirect'] as const).map((name): [string, Reader] => [name, readNat(name)]),
])
