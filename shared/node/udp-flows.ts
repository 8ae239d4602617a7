import * as z from 'zod/mini'
import { parseTranslatedFlows } from '../formats/conntrack-flows.ts'
import type { Host } from '../host.ts'
import { definePart } from '../part.ts'
import { isOk, ok, type Reading, unavailable } from '../reading.ts'
import { decodeText, oneLine } from '../text.ts'

/** Translated UDP connections through the host, summed over clients; addresses as the kernel writes them. */
const udpFlowsSchema = z.object({
  flows: z.array(
    z.object({
      frontend: z.string(),
      port: z.number(),
      backend: z.string(),
      backendPort: z.number(),
      count: z.number(),
      unreplied: z.number(),
    }),
  ),
  /** Whether only the beginning of the table was read, or it has more address pairs than are kept. */
  cut: z.boolean(),
})
export type UdpFlows = z.infer<typeof udpFlowsSchema>

/**
 * The kernel's table is in hash order, so its beginning is a fair sample; the tool is used only when it is truncated or
 * absent.
 */
export const udpFlows = definePart<UdpFlows>({
  schema: udpFlowsSchema,
  collect: async host => {
    const table = await readTable(host)
    if (isOk(table) ? !table.value.cut : table.reason !== 'missing') return table
    const listed = await runTool(host)
    return isOk(listed) || (!isOk(table) && listed.reason !== 'missing') ? listed : table
  },
})

const path = '/proc/net/nf_conntrack'
/** About 6,000 entries. */
const mostBytes = 1 << 20

async function readTable(host: Host): Promise<Reading<UdpFlows>> {
  const file = await host.read(path, { maxBytes: mostBytes, keep: 'head' })
  if (!isOk(file)) return file
  const { flows, cut } = parseTranslatedFlows(decodeText(file.value))
  return ok({ flows: [...flows], cut: cut || file.value.truncated !== null })
}

async function runTool(host: Host): Promise<Reading<UdpFlows>> {
  const result = await host.run('conntrack-udp')
  if (!isOk(result)) return result
  const { exitCode, stdout, stderr } = result.value
  if (exitCode !== 0) return unavailable('failed', `conntrack -L exits ${exitCode}: ${oneLine(stderr)}`)
  const { flows, cut } = parseTranslatedFlows(stdout)
  return ok({ flows: [...flows], cut })
}
