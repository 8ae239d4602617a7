import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { ipsetSchema, parseIpsetSave } from '../formats/ipset-save.ts'
import { definePart } from '../part.ts'
import { mapReading } from '../reading.ts'

/** Sets of addresses that rules of iptables ask. `missing` means that the host has no program ipset. */
const ipsetsSchema = z.object({
  sets: z.array(ipsetSchema),
  /** Sets that were not kept, with all of their entries. */
  omittedSets: z.number(),
  /** Lines that were not understood. */
  strayLines: z.number(),
})
type Ipsets = z.infer<typeof ipsetsSchema>

export const ipsets = definePart<Ipsets>({
  schema: ipsetsSchema,
  collect: async host => mapReading(await readOutput(host, 'ipset-save'), text => parseIpsetSave(text, mostCharacters)),
})

/** A part has 16 MB as JSON. */
const mostCharacters = 10 << 20
