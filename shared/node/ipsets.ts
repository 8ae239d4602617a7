import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { ipsetSchema, parseIpsetSave } from '../formats/ipset-save.ts'
import { definePart } from '../part.ts'
import { mapReading } from '../reading.ts'

/** Ipsets that iptables rules match. `missing` means that the host lacks the program ipset. */
const ipsetsSchema = z.object({
  sets: z.array(ipsetSchema),
  /** Number of sets left out completely. */
  omittedSets: z.number(),
  /** Number of unrecognised lines. */
  strayLines: z.number(),
})
type Ipsets = z.infer<typeof ipsetsSchema>

export const ipsets = definePart<Ipsets>({
  schema: ipsetsSchema,
  collect: async host => mapReading(await readOutput(host, 'ipset-save'), text => parseIpsetSave(text, mostCharacters)),
})

/** The limit of a part is 16 MB of JSON. */
const mostCharacters = 10 << 20
