import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, projectOptional } from '../kube/cluster-part.ts'
import { text } from '../kube/fields.ts'

/**
 * A whereabouts.cni.cncf.io/v1alpha1 OverlappingRangeIPReservation: prevents overlapping ranges from allocating the
 * same address.
 */
export interface WhereaboutsReservation {
  /** The address, with `-` in place of `:` for IPv6, optionally prefixed with a network's name. */
  readonly name: string
  /** `namespace/name` of the pod. */
  readonly pod: string
  /** As in an allocation. */
  readonly claim: string | null
}

const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({ podref: text, ipamclaimref: text }),
})

/** Cluster-wide reservations of Whereabouts; `missing` without Whereabouts. */
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
