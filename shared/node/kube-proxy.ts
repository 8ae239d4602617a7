import * as z from 'zod/mini'
import { definePart, readingOf } from '../part.ts'
import { unavailable } from '../reading.ts'

/** What kube-proxy says of itself on the node's loopback. `failed` with a refused connection means that none listens. */
export const kubeProxySchema = z.object({
  healthz: readingOf(z.object({ status: z.number(), body: z.string() })),
  /** `iptables`, `ipvs` or `nftables`. */
  mode: readingOf(z.string()),
})
export type KubeProxy = z.infer<typeof kubeProxySchema>

export const kubeProxy = definePart<KubeProxy>({
  schema: kubeProxySchema,
  collect: async () => unavailable('unsupported', ''),
})
