import * as z from 'zod/mini'
import { mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { parseJsonWith } from './parse-json.ts'

/** Maximum number of rules. */
const mostRules = 16_384

/** A policy rule: packets that match all set fields are routed by `table`, or meet `action`. */
export const policyRuleSchema = z.object({
  family: z.union([z.literal(4), z.literal(6)]),
  /** Rules are tried by rising priority. */
  priority: z.number(),
  /** True for `not`: the rule applies to packets that do not match. */
  inverted: z.boolean(),
  /** Networks with prefix; null for all. */
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
  /** As `ip` prints it: `0x80` or `0x200/0xf00`. */
  mark: z.nullable(z.string()),
  incoming: z.nullable(z.string()),
  outgoing: z.nullable(z.string()),
  /** `main`, `local`, `default` or the name or number of another table; null for a rule with another action. */
  table: z.nullable(z.string()),
  /** `lookup`, `unreachable`, `prohibit`, `blackhole`, `goto`, `nop`. */
  action: z.string(),
})
export type PolicyRule = z.infer<typeof policyRuleSchema>

const entrySchema = z.object({
  priority: z.number(),
  not: z.optional(z.unknown()),
  src: z.optional(z.string()),
  srclen: z.optional(z.number()),
  dst: z.optional(z.string()),
  dstlen: z.optional(z.number()),
  fwmark: z.optional(z.string()),
  fwmask: z.optional(z.string()),
  iif: z.optional(z.string()),
  oif: z.optional(z.string()),
  table: z.optional(z.string()),
  action: z.optional(z.string()),
  goto: z.optional(z.unknown()),
  nop: z.optional(z.unknown()),
})
type Entry = z.infer<typeof entrySchema>

/** Output of `ip -j rule`, of one family. Source: iproute2 6.1. */
export const parseIpRule = (text: string, family: 4 | 6): Reading<PolicyRule[]> =>
  mapReading(
    parseJsonWith(z.array(entrySchema).check(z.maxLength(mostRules)), { text, what: '`ip -j rule`' }),
    entries => entries.map(entry => toRule(entry, family)),
  )

const toRule = (entry: Entry, family: 4 | 6): PolicyRule => ({
  family,
  priority: entry.priority,
  inverted: 'not' in entry,
  from: networkOf(entry.src, entry.srclen, family),
  to: networkOf(entry.dst, entry.dstlen, family),
  mark: entry.fwmask === undefined ? (entry.fwmark ?? null) : `${entry.fwmark ?? '0'}/${entry.fwmask}`,
  incoming: entry.iif ?? null,
  outgoing: entry.oif ?? null,
  table: entry.table ?? null,
  action: actionOf(entry),
})

function networkOf(address: string | undefined, length: number | undefined, family: 4 | 6): string | null {
  if (address === undefined || address === 'all') return null
  return `${address}/${length ?? (family === 4 ? 32 : 128)}`
}

function actionOf(entry: Entry): string {
  if (entry.action !== undefined) return entry.action
  if ('goto' in entry) return 'goto'
  return 'nop' in entry ? 'nop' : 'lookup'
}

/** Output of `ip rule` without JSON support: `512: from all to 10.0.1.5 lookup main`, IPv4. */
export function parseIpRuleText(text: string): Reading<PolicyRule[]> {
  const lines = text.split('\n', mostRules).filter(line => line.trim() !== '')
  const rules = lines.map(readLine)
  return rules.every(rule => rule !== null) ? ok(rules) : unavailable('malformed', '`ip rule` printed no rules')
}

function readLine(line: string): PolicyRule | null {
  const groups = /^(?<priority>\d{1,10}):\s+(?<rest>.{1,1000})$/.exec(line.trim())?.groups
  if (!groups?.rest) return null
  const words = groups.rest.split(/\s+/)
  const after = (...names: readonly string[]): string | null => {
    const at = words.findIndex(word => names.includes(word))
    return at < 0 ? null : (words[at + 1] ?? null)
  }
  const table = after('lookup', 'table')
  return {
    family: 4,
    priority: Number(groups.priority),
    inverted: words[0] === 'not',
    from: withLength(after('from')),
    to: withLength(after('to')),
    mark: after('fwmark'),
    incoming: after('iif'),
    outgoing: after('oif'),
    table,
    action: table === null ? (words.find(word => otherActions.has(word)) ?? 'lookup') : 'lookup',
  }
}

const otherActions = new Set(['unreachable', 'prohibit', 'blackhole', 'goto', 'nop'])

const withLength = (network: string | null): string | null =>
  network === null || network === 'all' ? null : network.includes('/') ? network : `${network}/32`
