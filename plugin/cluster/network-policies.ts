import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { count, intOrName, listOf, maybe, strings, text } from '../kube/fields.ts'
import { type LabelSelector, labelSelectorSchema, toLabelSelector } from '../kube/label-selector.ts'
import { resources } from '../kube/port.ts'

/** One side of a rule. An `ipBlock` stands alone; otherwise both selectors that are given must match. */
export interface PolicyPeer {
  readonly ipBlock: { readonly cidr: string; readonly except: readonly string[] } | null
  /** Null means the policy's own namespace. */
  readonly namespaceSelector: LabelSelector | null
  /** Null means every pod of the namespaces. */
  readonly podSelector: LabelSelector | null
}

/** A port of a rule: a number, a name or a range. */
export interface PolicyPort {
  readonly protocol: string
  /** Null means every port. */
  readonly port: number | string | null
  /** Last port of a range; null for a single one. */
  readonly endPort: number | null
}

/** An ingress or egress rule. */
export interface PolicyRule {
  /** Empty means from or to anywhere. */
  readonly peers: readonly PolicyPeer[]
  /** Empty means every port. */
  readonly ports: readonly PolicyPort[]
}

/** A networking.k8s.io/v1 NetworkPolicy. Source: k8s.io/api/networking/v1 types.go. */
export interface NetworkPolicy {
  readonly namespace: string
  readonly name: string
  readonly createdAt: string | null
  readonly podSelector: LabelSelector
  /** Directions that it isolates; by default Ingress, plus Egress when it has egress rules. */
  readonly types: readonly ('Ingress' | 'Egress')[]
  readonly ingress: readonly PolicyRule[]
  readonly egress: readonly PolicyRule[]
}

const peers = listOf(
  z.object({
    ipBlock: maybe(z.object({ cidr: z.string(), except: strings })),
    namespaceSelector: maybe(labelSelectorSchema),
    podSelector: maybe(labelSelectorSchema),
  }),
)
const ports = listOf(z.object({ protocol: text, port: intOrName, endPort: count }))

const schema = z.object({
  metadata: metadataSchema,
  spec: maybe(
    z.object({
      podSelector: maybe(labelSelectorSchema),
      policyTypes: listOf(z.enum(['Ingress', 'Egress'])),
      ingress: listOf(z.object({ from: peers, ports })),
      egress: listOf(z.object({ to: peers, ports })),
    }),
  ),
})

/** NetworkPolicies of all namespaces. */
export const networkPolicies = defineClusterPart<readonly NetworkPolicy[]>({
  collect: kube => project(kube, { resource: resources.networkpolicies, schema, change }),
})

function change({ metadata, spec }: z.infer<typeof schema>): NetworkPolicy {
  const egress = spec?.egress ?? []
  const implied = egress.length > 0 ? (['Ingress', 'Egress'] as const) : (['Ingress'] as const)
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    createdAt: metadata.creationTimestamp ?? null,
    podSelector: toLabelSelector(spec?.podSelector),
    types: spec?.policyTypes && spec.policyTypes.length > 0 ? spec.policyTypes : implied,
    ingress: (spec?.ingress ?? []).map(({ from, ports }) => toRule(from, ports)),
    egress: egress.map(({ to, ports }) => toRule(to, ports)),
  }
}

const toRule = (given: z.infer<typeof peers>, limits: z.infer<typeof ports>): PolicyRule => ({
  peers: (given ?? []).map(({ ipBlock, namespaceSelector, podSelector }) => ({
    ipBlock: ipBlock ? { cidr: ipBlock.cidr, except: ipBlock.except ?? [] } : null,
    namespaceSelector: namespaceSelector ? toLabelSelector(namespaceSelector) : null,
    podSelector: podSelector ? toLabelSelector(podSelector) : null,
  })),
  ports: (limits ?? []).map(({ protocol, port, endPort }) => ({
    protocol: protocol ?? 'TCP',
    port: port ?? null,
    endPort: endPort ?? null,
  })),
})
