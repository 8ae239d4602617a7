import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, projectOptional } from '../kube/cluster-part.ts'
import { text } from '../kube/fields.ts'

/** A whereabouts.cni.cncf.io/v1alpha1 OverlappingRangeIPReservation: keeps an address from being given out of two ranges. */
export interface WhereaboutsReservation {
  /** The address, with `-` for the `:` of IPv6; the name of a network may stand before it. */
  readonly name: string
  /** `namespace/name` of the pod. */
  readonly pod: string
  /** As that of an allocation. */
  readonly claim: string | null
}

const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({ podref: text, ipamclaimref: text }),
})

/** Addresses that Whereabouts keeps for the whole cluster; `missing` without Whereabouts. */
export const whereaboutsReservations = defineClusterPart<readonly WhereaboutsReservation[]>({
  collect: kube => projectOptional(kube, { resource, schema, change }),
})

const resource = {
  group: 'whereabouts.cni.cncf.io',
  version: 'v1alpha1',
  plural: 'overlappingrangeipreservations',
}

const change = ({ metadata, spec }: z.infer<typeof schema>): WhereaboutsReservation => ({
  name: metadata.name,
  pod: spec.podref ?? '',
  claim: spec.ipamclaimref || null,
})
