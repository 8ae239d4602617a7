import type { CommandName } from '../commands.ts'
import { readOutput } from '../discovery/command-output.ts'
import { type NftRuleset, nftRulesetSchema, parseNftRuleset } from '../formats/nft-json.ts'
import type { Host } from '../host.ts'
import { definePart } from '../part.ts'
import { isOk, ok, type Reading, type Unavailable } from '../reading.ts'

/**
 * All of nf_tables, with the tables that iptables keeps there unless they are too large: those are in the part
 * `iptables`, and here counted as omitted. `missing` means that the host has no program nft.
 */
export const nft = definePart<NftRuleset>({
  schema: nftRulesetSchema,
  collect: async host => {
    const chains = await readRules(host, 'nft-chains')
    if (!isOk(chains)) return isTooMuch(chains) ? chains : readRules(host, 'nft-ruleset')
    const isSmall = chains.value.chains.length <= mostChains
    return isSmall ? readRules(host, 'nft-ruleset') : ok(await readOthers(host, chains.value))
  },
})

/** Then all the rules are even more. */
const isTooMuch = ({ reason }: Unavailable): boolean => reason === 'timeout' || reason === 'too-large'

/** A part has 16 MB as JSON. */
const mostCharacters = 12 << 20

async function readRules(host: Host, name: CommandName): Promise<Reading<NftRuleset>> {
  const output = await readOutput(host, name)
  return isOk(output) ? parseNftRuleset(output.value, mostCharacters) : output
}

/** Those of a thousand services. For twenty thousand rules the program takes 140 MB, more than an agent may have. */
const mostChains = 4000

/** Every table but those of iptables, one by one. */
async function readOthers(host: Host, { version, chains, omitted }: NftRuleset): Promise<NftRuleset> {
  const sizes = new Map<string, number>()
  for (const { family, table } of chains) {
    const name = `${family}-${table}`
    sizes.set(name, (sizes.get(name) ?? 1) + 1)
  }
  const all: NftRuleset = { version, tables: [], chains: [], sets: [], rules: [], omitted, others: {} }
  for (const [name, size] of sizes) {
    const isWanted = !ofIptables.test(name) && isTableName.test(name)
    const table = isWanted ? await readRules(host, `nft-table-${name}`) : null
    if (table !== null && isOk(table)) add(all, table.value)
    else all.omitted += size
  }
  return all
}

const ofIptables = /^ip6?-(?:filter|nat|mangle|raw|security)$/
/** Others are not handed to a command. */
const isTableName = /^[a-z0-9]+-\w[\w.-]{0,63}$/

function add(all: NftRuleset, { tables, chains, sets, rules, omitted, others }: NftRuleset): void {
  all.tables.push(...tables)
  all.chains.push(...chains)
  all.sets.push(...sets)
  for (const rule of rules) all.rules.push(rule)
  all.omitted += omitted
  for (const [kind, count] of Object.entries(others)) all.others[kind] = (all.others[kind] ?? 0) + count
}
