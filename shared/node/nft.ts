import { readOutput } from '../discovery/command-output.ts'
import { type NftRuleset, nftRulesetSchema, parseNftRuleset } from '../formats/nft-json.ts'
import { definePart } from '../part.ts'
import { isOk } from '../reading.ts'

/** All of nf_tables, with the tables that iptables keeps there. `missing` means that the host has no program nft. */
export const nft = definePart<NftRuleset>({
  schema: nftRulesetSchema,
  collect: async host => {
    const output = await readOutput(host, 'nft-ruleset')
    return isOk(output) ? parseNftRuleset(output.value, mostCharacters) : output
  },
})

/** A part has 16 MB as JSON. */
const mostCharacters = 12 << 20
