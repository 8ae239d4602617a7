import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

/**
 * Kernel settings by their path under /proc/sys (`net/ipv4/ip_forward`, `net/ipv4/conf/eth0/forwarding`); slashes,
 * because names of interfaces may hold dots. Values are trimmed text. `missing` means that the kernel has no such key.
 */
export const sysctlsSchema = z.object({
  values: z.record(z.string(), readingOf(z.string())),
})
export type Sysctls = z.infer<typeof sysctlsSchema>

export const sysctls = definePart<Sysctls>({
  schema: sysctlsSchema,
  collect: async () => unavailable('unsupported', ''),
})
