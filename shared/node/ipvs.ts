import * as z from 'zod/mini'
import { parseIpVs, virtualServerSchema } from '../formats/ip-vs.ts'
import { limits } from '../limits.ts'
import { definePart } from '../part.ts'
import { isOk } from '../reading.ts'
import { readText } from '../text.ts'

/** IPVS virtual servers of the kernel. `missing` means that IPVS is not loaded. */
const ipvsSchema = z.object({
  servers: z.array(virtualServerSchema),
  /** Number of servers left out. */
  omitted: z.number(),
})
type Ipvs = z.infer<typeof ipvsSchema>

export const ipvs = definePart<Ipvs>({
  schema: ipvsSchema,
  collect: async host => {
    const text = await readText(host, '/proc/net/ip_vs', { maxBytes: limits.commandBytes })
    return isOk(text) ? parseIpVs(text.value) : text
  },
})
