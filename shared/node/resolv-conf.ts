import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

/** resolv.conf(5) as the kubelet reads it: the last `search` wins, nameservers accumulate, `domain` is ignored. */
export const resolverSchema = z.object({
  nameservers: z.array(z.string()),
  search: z.array(z.string()),
  options: z.array(z.string()),
})

/** The host's resolver files by path: `/etc/resolv.conf` and the one that the kubelet is told to use. */
export const resolvConfSchema = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      /** Where the path leads in the end. */ target: z.nullable(z.string()),
      content: readingOf(resolverSchema),
    }),
  ),
})
export type ResolvConf = z.infer<typeof resolvConfSchema>

export const resolvConf = definePart<ResolvConf>({
  schema: resolvConfSchema,
  collect: async () => unavailable('unsupported', ''),
})
