import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, projectOptional } from '../kube/cluster-part.ts'
import { count, labels, listOf, maybe, text } from '../kube/fields.ts'

/** An allocated address of a block. */
export interface CalicoAllocation {
  /** Offset of the address in the block. */
  readonly ordinal: number
  readonly handle: string | null
  /** For a pod `pod`, `namespace` and `node`; for a tunnel `type` and `node`. */
  readonly attributes: Readonly<Record<string, string>>
  /** RFC 3339; set while a released address is held back from reuse. */
  readonly releasedAt: string | null
}

/** A crd.projectcalico.org/v1 IPAMBlock. */
export interface CalicoBlock {
  readonly name: string
  readonly cidr: string
  /** Node that owns the block; null without an owner. */
  readonly node: string | null
  readonly allocations: readonly CalicoAllocation[]
  readonly free: number
  readonly deleted: boolean
}

const attributeSchema = z.object({ handle_id: text, secondary: labels, releasedAt: text })
const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    cidr: z.string(),
    affinity: text,
    allocations: listOf(maybe(z.number())),
    attributes: listOf(attributeSchema),
    unallocated: listOf(count),
    deleted: maybe(z.union([z.boolean(), z.string()])),
  }),
})
type Spec = z.infer<typeof schema>['spec']

/** Blocks of Calico's own address management; `missing` without Calico. */
export const calicoBlocks = defineClusterPart<readonly CalicoBlock[]>({
  collect: kube =>
    projectOptional(kube, {
      resource: { group: 'crd.projectcalico.org', version: 'v1', plural: 'ipamblocks' },
      schema,
      change,
    }),
})

const change = ({ metadata, spec }: z.infer<typeof schema>): CalicoBlock => ({
  name: metadata.name,
  cidr: spec.cidr,
  node: spec.affinity?.startsWith('host:') ? spec.affinity.slice('host:'.length) : null,
  allocations: allocationsOf(spec),
  free: spec.unallocated?.length ?? 0,
  deleted: String(spec.deleted ?? false) === 'true',
})

const allocationsOf = ({ allocations, attributes }: Spec): readonly CalicoAllocation[] =>
  (allocations ?? []).flatMap((index, ordinal) => {
    if (index === null || index === undefined) return []
    const attribute = attributes?.[index]
    return [
      {
        ordinal,
        handle: attribute?.handle_id ?? null,
        attributes: attribute?.secondary ?? {},
        releasedAt: attribute?.releasedAt ?? null,
      },
    ]
  })
