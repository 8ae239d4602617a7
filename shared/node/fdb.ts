import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { forwardingEntrySchema, parseBridgeFdb } from '../formats/bridge-fdb.ts'
import { definePart } from '../part.ts'
import { isOk, mapReading } from '../reading.ts'

/**
 * Forwarding tables of bridges and tunnels. The kernel exposes those of tunnels only over netlink: without the program
 * `bridge` they are unread.
 */
export const fdbSchema = z.object({ entries: z.array(forwardingEntrySchema) })
export type Fdb = z.infer<typeof fdbSchema>

export const fdb = definePart<Fdb>({
  schema: fdbSchema,
  collect: async host => {
    const printed = await readOutput(host, 'bridge-fdb')
    return isOk(printed) ? mapReading(parseBridgeFdb(printed.value), entries => ({ entries })) : printed
  },
})
