import type { CommandName } from '../commands.ts'
import { readOutput } from '../discovery/command-output.ts'
import { type NftRuleset, nftRulesetSchema, parseNftRuleset } from '../formats/nft-json.ts'
import type { Host } from '../host.ts'
import { definePart } from '../part.ts'
import { isOk, ok, type Reading, type Unavailable } from '../reading.ts'

/**
 * The nf_tables ruleset, including iptables-nft's tables unless they are too large: those are in the part `iptables`,
 * and counted as omitted here. `missing` means that the host lacks the program nft.
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

/** Then listing all rules would fail too. */
const isTooMuch = ({ reason }: Unavailable): boolean => reason === 'timeout' || reason === 'too-large'

/** The limit of a part is 16 MB of JSON. */
const mostCharacters = 12 << 20

async function readRules(host: Host, name: CommandName): Promise<Reading<NftRuleset>> {
  const output = await readOutput(host, name)
  return isOk(output) ? parseNftRuleset(output.value, mostCharacters) : output
}

/** The chains of about a thousand services. For twenty thousand rules nft takes 140 MB, more than an agent may have. */
const mostChains = 4000

/** Lists every table except iptables-nft's, one by one. */
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
/** Other names are not passed to a command. */
const isTableName = /^[a-z0-9]+-\w[\w.-]{0,63}$/

function add(all: NftRuleset, { tables, chains, sets, rules, omitted, others }: NftRuleset): void {
  all.tables.push(...tables)
  all.chains.push(...chains)
  all.sets.push(...sets)
  for (const rule of rules) all.rules.push(rule)
  all.omitted += omitted
  for (const [kind, count] of Object.entries(others)) all.others[kind] = (all.others[kind] ?? 0) + count
}
