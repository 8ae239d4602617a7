import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { readSaved, savedSchema } from '../discovery/saved-rules.ts'
import { readValue, unlessUnread } from '../discovery/values.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading, unavailable } from '../reading.ts'

/** Rules of one address family from both iptables backends, which can be active at once. */
const familySchema = z.object({
  /** Legacy tables in the kernel; `missing` without the module. */
  legacyTables: readingOf(z.array(z.string())),
  /** Legacy rules. `missing` means that the kernel has none. */
  legacy: readingOf(savedSchema),
  /** Rules in nf_tables. `unsupported` means that the host has no program to list them. */
  nft: readingOf(savedSchema),
})

/**
 * Rules of iptables. Only iptables-save is run: listing a legacy table would create it. Rules are parsed on demand by
 * `readRule`.
 */
const iptablesSchema = z.object({
  /** Such as `iptables v1.8.9 (nf_tables)`: the backend of the host's own commands. */
  version: readingOf(z.string()),
  ipv4: familySchema,
  ipv6: familySchema,
})
export type Iptables = z.infer<typeof iptablesSchema>

export const iptables = definePart<Iptables>({
  schema: iptablesSchema,
  collect: async host => {
    const output = await readOutput(host, 'iptables-version')
    const version = isOk(output) ? ok(output.value.trim().slice(0, 200)) : output
    const budget = { room: mostCharacters }
    const ipv4 = await readFamily(host, families.ipv4, { version, budget })
    const ipv6 = await readFamily(host, families.ipv6, { version, budget })
    return unlessUnread([ipv4.nft, ipv4.legacy, ipv6.nft, ipv6.legacy, version], { version, ipv4, ipv6 })
  },
})

/** Limit of all dumps together; that of a part is 16 MB of JSON. */
const mostCharacters = 12 << 20

const families = {
  ipv4: {
    names: '/proc/net/ip_tables_names',
    plain: 'iptables-save',
    nft: 'iptables-nft-save',
    legacy: 'iptables-legacy-save',
  },
  ipv6: {
    names: '/proc/net/ip6_tables_names',
    plain: 'ip6tables-save',
    nft: 'ip6tables-nft-save',
    legacy: 'ip6tables-legacy-save',
  },
} as const
type Family = (typeof families)[keyof typeof families]

interface Context {
  readonly version: Reading<string>
  readonly budget: { room: number }
}

type Saved = z.infer<typeof savedSchema>

async function readFamily(host: Host, family: Family, context: Context): Promise<Iptables['ipv4']> {
  const names = await readValue(host, family.names)
  const legacyTables = isOk(names) ? ok(names.value.split(/\s+/).filter(Boolean)) : names
  const nft = await readKind(host, { command: family.nft, plain: family.plain, ...context, legacyTables })
  const legacy = hasNone(legacyTables)
    ? unavailable('missing', 'the kernel has no tables of iptables-legacy')
    : await readKind(host, { command: family.legacy, plain: family.plain, ...context, legacyTables })
  return { legacyTables, legacy, nft }
}

const hasNone = (tables: Iptables['ipv4']['legacyTables']): boolean =>
  isMissing(tables) || (isOk(tables) && tables.value.length === 0)

interface Question extends Context {
  readonly command: Exclude<Family[keyof Family], Family['names']>
  readonly plain: Family['plain']
  readonly legacyTables: Reading<readonly string[]>
}

/** Runs the program of this backend, or the host's default one if it uses this backend. */
async function readKind(host: Host, question: Question): Promise<Reading<Saved>> {
  const own = await readSaved(host, question.command, question.budget)
  if (isOk(own) || (own.reason !== 'missing' && own.reason !== 'not-recorded')) return own
  const plain = await readSaved(host, question.plain, question.budget)
  const kind = question.command.includes('legacy') ? 'legacy' : 'nft'
  if (isOk(plain)) return kindOf(plain.value, question) === kind ? plain : lacking(own)
  return plain.reason === 'missing' || plain.reason === 'not-recorded' ? lacking(own) : plain
}

/** A missing program does not mean that there are no rules. */
const lacking = (own: Reading<Saved>): Reading<Saved> =>
  !isOk(own) && own.reason === 'missing' ? unavailable('unsupported', own.detail) : own

/** Before 1.8 there was only the legacy backend, and only the newer one is named in a dump. */
function kindOf({ generator }: Saved, { version, legacyTables }: Question): 'nft' | 'legacy' {
  const name = isOk(version) ? version.value : generator
  if (name !== null) return /nf_tables|xtables|-nft/.test(name) ? 'nft' : 'legacy'
  return isOk(legacyTables) && legacyTables.value.length > 0 ? 'legacy' : 'nft'
}
