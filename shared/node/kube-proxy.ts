import * as z from 'zod/mini'
import { type KubeProxyConfig, kubeProxyConfigSchema, parseKubeProxyConfig } from '../formats/kube-proxy-config.ts'
import type { HttpReply } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'

/** Kube-proxy's own report on the node's loopback. `missing` means that nothing listens there. */
const kubeProxySchema = z.object({
  healthz: readingOf(z.object({ status: z.number(), body: z.string() })),
  /** `iptables`, `ipvs` or `nftables`. */
  mode: readingOf(z.string()),
  /** Its running configuration, which may differ from its ConfigMap. Absent from older agents. */
  config: z.optional(readingOf(kubeProxyConfigSchema)),
})
export type KubeProxy = z.infer<typeof kubeProxySchema>

export const kubeProxy = definePart<KubeProxy>({
  schema: kubeProxySchema,
  collect: async host => {
    const [healthz, mode, config] = await Promise.all([
      host.http('kube-proxy-healthz'),
      host.http('kube-proxy-mode'),
      host.http('kube-proxy-configz'),
    ])
    const replies = [healthz, mode, config]
    if (replies.every(reply => !isOk(reply) && reply.reason === 'not-recorded') && !isOk(mode)) return mode
    return ok({ healthz: statusAndBody(healthz), mode: modeOf(mode), config: configOf(config) })
  },
})

/** The health response is JSON of a few hundred bytes. */
const mostBody = 4096

const statusAndBody = (reply: Reading<HttpReply>): KubeProxy['healthz'] =>
  mapReading(reply, ({ status, body }) => ({ status, body: body.slice(0, mostBody) }))

function modeOf(reply: Reading<HttpReply>): KubeProxy['mode'] {
  if (!isOk(reply)) return reply
  const { status, body } = reply.value
  const mode = body.trim()
  if (status !== 200) return unavailable('failed', `${reply.value.url} answers ${status}`)
  return /^[a-z0-9]{1,32}$/.test(mode)
    ? ok(mode)
    : unavailable('malformed', `${reply.value.url} answers no name of a mode`)
}

function configOf(reply: Reading<HttpReply>): Reading<KubeProxyConfig> {
  if (!isOk(reply)) return reply
  const { status, body, url } = reply.value
  return status === 200 ? parseKubeProxyConfig(body) : unavailable('failed', `${url} answers ${status}`)
}
