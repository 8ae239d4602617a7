import * as z from 'zod/mini'
import type { Reading } from '../reading.ts'
import { mapReading } from '../reading.ts'
import { parseJsonWith } from './parse-json.ts'

const text = z.optional(z.nullable(z.string()))
const flag = z.optional(z.nullable(z.boolean()))

const rulesInput = z.object({
  masqueradeBit: z.optional(z.nullable(z.number())),
  masqueradeAll: flag,
  localhostNodePorts: flag,
  syncPeriod: text,
  minSyncPeriod: text,
})

const input = z.object({
  'kubeproxy.config.k8s.io': z.object({
    mode: text,
    clusterCIDR: text,
    detectLocalMode: text,
    detectLocal: z.optional(z.object({ bridgeInterface: text, interfaceNamePrefix: text })),
    hostnameOverride: text,
    bindAddress: text,
    healthzBindAddress: text,
    metricsBindAddress: text,
    nodePortAddresses: z.optional(z.nullable(z.array(z.string()))),
    iptables: z.optional(rulesInput),
    nftables: z.optional(rulesInput),
    ipvs: z.optional(
      z.object({ scheduler: text, strictARP: flag, excludeCIDRs: z.optional(z.nullable(z.array(z.string()))) }),
    ),
    conntrack: z.optional(
      z.object({ maxPerCore: z.optional(z.nullable(z.number())), min: z.optional(z.nullable(z.number())) }),
    ),
  }),
})

/** A kube-proxy's running configuration. Empty and null fields mean its defaults. */
export const kubeProxyConfigSchema = input.shape['kubeproxy.config.k8s.io']
export type KubeProxyConfig = z.infer<typeof kubeProxyConfigSchema>

/** Body of `/configz` of kube-proxy (kubeproxy.config.k8s.io/v1alpha1); fields that no check needs are left out. */
export const parseKubeProxyConfig = (body: string): Reading<KubeProxyConfig> =>
  mapReading(
    parseJsonWith(input, { text: body, what: 'the configuration of kube-proxy' }),
    reply => reply['kubeproxy.config.k8s.io'],
  )
