import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, projectOptional } from '../kube/cluster-part.ts'
import { count, flag, text } from '../kube/fields.ts'

/** A crd.projectcalico.org/v1 IPPool. */
export interface CalicoPool {
  readonly name: string
  readonly cidr: string
  readonly blockSize: number | null
  /** `Always`, `CrossSubnet` or `Never`. */
  readonly ipipMode: string
  readonly vxlanMode: string
  readonly natOutgoing: boolean
  readonly disabled: boolean
  readonly nodeSelector: string
}

const schema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    cidr: z.string(),
    blockSize: count,
    ipipMode: text,
    vxlanMode: text,
    natOutgoing: flag,
    disabled: flag,
    nodeSelector: text,
  }),
})

/** Address pools of Calico; `missing` without Calico. */
export const calicoPools = defineClusterPart<readonly CalicoPool[]>({
  collect: kube =>
    projectOptional(kube, {
      resource: { group: 'crd.projectcalico.org', version: 'v1', plural: 'ippools' },
      schema,
      change,
    }),
})

const change = ({ metadata, spec }: z.infer<typeof schema>): CalicoPool => ({
  name: metadata.name,
  cidr: spec.cidr,
  blockSize: spec.blockSize ?? null,
  ipipMode: spec.ipipMode ?? 'Never',
  vxlanMode: spec.vxlanMode ?? 'Never',
  natOutgoing: spec.natOutgoing ?? false,
  disabled: spec.disabled ?? false,
  nodeSelector: spec.nodeSelector ?? 'all()',
})
