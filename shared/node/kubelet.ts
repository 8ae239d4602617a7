import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

/** The kubelet's own settings on disk and its health. Flags on the command line override the file. */
export const kubeletSchema = z.object({
  /** Command line; `missing` when no kubelet runs (nor a program that holds one, such as k3s). */
  args: readingOf(z.array(z.string())),
  configPath: z.nullable(z.string()),
  config: readingOf(
    z.object({
      clusterDNS: z.array(z.string()),
      clusterDomain: z.nullable(z.string()),
      resolvConf: z.nullable(z.string()),
      maxPods: z.nullable(z.number()),
      hairpinMode: z.nullable(z.string()),
      containerRuntimeEndpoint: z.nullable(z.string()),
    }),
  ),
  healthz: readingOf(z.object({ status: z.number(), body: z.string() })),
})
export type Kubelet = z.infer<typeof kubeletSchema>

export const kubelet = definePart<Kubelet>({
  schema: kubeletSchema,
  collect: async () => unavailable('unsupported', ''),
})
