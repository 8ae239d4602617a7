import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, projectOptional } from '../kube/cluster-part.ts'
import { labels, listOf, maybe, strings, text } from '../kube/fields.ts'

/** A cilium.io/v2 CiliumNode. */
export interface CiliumNode {
  readonly name: string
  /** `InternalIP`, `CiliumInternalIP` and the like. */
  readonly addresses: readonly { readonly type: string; readonly ip: string }[]
  readonly podCIDRs: readonly string[]
  /** Why the operator cannot allocate addresses; empty without an error. */
  readonly operatorError: string
  /** Size of the node's address pool, when the operator counts it; null when only its ranges determine it. */
  readonly pool: number | null
  /**
   * Addresses in use, when the operator tracks them; `owner` is `namespace/name` of a pod, or a component of Cilium.
   */
  readonly used: readonly { readonly address: string; readonly owner: string }[]
}

const used = z.record(z.string(), z.object({ owner: text }))
const schema = z.object({
  metadata: metadataSchema,
  spec: maybe(
    z.object({
      addresses: listOf(z.object({ type: text, ip: text })),
      ipam: maybe(z.object({ podCIDRs: strings, pool: maybe(z.record(z.string(), z.unknown())) })),
    }),
  ),
  status: maybe(z.object({ ipam: maybe(z.object({ 'operator-status': labels, used: maybe(used) })) })),
})

/** Nodes as Cilium knows them; `missing` without Cilium. */
export const ciliumNodes = defineClusterPart<readonly CiliumNode[]>({
  collect: kube =>
    projectOptional(kube, {
      resource: { group: 'cilium.io', version: 'v2', plural: 'ciliumnodes' },
      schema,
      change,
    }),
})

const change = ({ metadata, spec, status }: z.infer<typeof schema>): CiliumNode => ({
  name: metadata.name,
  addresses: (spec?.addresses ?? []).map(({ type, ip }) => ({ type: type ?? '', ip: ip ?? '' })),
  podCIDRs: spec?.ipam?.podCIDRs ?? [],
  operatorError: status?.ipam?.['operator-status']?.error ?? '',
  pool: spec?.ipam?.pool ? Object.keys(spec.ipam.pool).length : null,
  used: Object.entries(status?.ipam?.used ?? {}).map(([address, { owner }]) => ({ address, owner: owner ?? '' })),
})
