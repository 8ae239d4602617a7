import * as z from 'zod/mini'
import { formatAddress, parseAddress } from '../../shared/ip.ts'
import { defineClusterPart, metadataSchema, projectOptional } from '../kube/cluster-part.ts'
import { text } from '../kube/fields.ts'

/** An address allocated by Whereabouts. */
interface WhereaboutsAllocation {
  readonly address: string
  /** Empty in records of old releases. */
  readonly containerId: string
  /** `namespace/name` of the pod. */
  readonly pod: string
  /** `namespace/name` of the claim that owns it independently of the pod; null when the pod itself does. */
  readonly claim: string | null
}

/** A whereabouts.cni.cncf.io/v1alpha1 IPPool: one range, or a node's slice of it. */
export interface WhereaboutsPool {
  readonly name: string
  readonly range: string
  readonly allocations: readonly WhereaboutsAllocation[]
}

const allocation = z.object({ id: text, podref: text, ipamclaimref: text })
const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({ range: z.string(), allocations: z.optional(z.nullable(z.record(z.string(), allocation))) }),
})

/** Ranges of Whereabouts and their allocations; `missing` without Whereabouts. */
export const whereaboutsPools = defineClusterPart<readonly WhereaboutsPool[]>({
  collect: kube =>
    projectOptional(kube, {
      resource: { group: 'whereabouts.cni.cncf.io', version: 'v1alpha1', plural: 'ippools' },
      schema,
      change,
    }),
})

/** Keys are offsets from the range's base address. Source: whereabouts, pkg/storage/kubernetes/ipam.go. */
function change({ metadata, spec }: z.infer<typeof schema>): WhereaboutsPool {
  const first = parseAddress(spec.range.split('/')[0] ?? '')
  const entries = first ? Object.entries(spec.allocations ?? {}) : []
  return {
    name: metadata.name,
    range: spec.range,
    allocations: entries.flatMap(([position, { id, podref, ipamclaimref }]) =>
      first && /^\d{1,39}$/.test(position)
        ? [
            {
              address: formatAddress({ family: first.family, value: first.value + BigInt(position) }),
              containerId: id ?? '',
              pod: podref ?? '',
              claim: ipamclaimref || null,
            },
          ]
        : [],
    ),
  }
}
