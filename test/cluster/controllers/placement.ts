import * as z from 'zod/mini'
import type { KubeObject } from '../api/object.ts'

const expression = z.looseObject({
  key: z.string(),
  operator: z.string(),
  values: z.optional(z.array(z.string())),
})
const term = z.looseObject({
  matchFields: z.optional(z.array(expression)),
  matchExpressions: z.optional(z.array(expression)),
})
const toleration = z.looseObject({
  key: z.optional(z.string()),
  operator: z.optional(z.string()),
  value: z.optional(z.string()),
  effect: z.optional(z.string()),
})

/** Fields of a pod's spec that decide where it may run. */
export const placementSchema = z.looseObject({
  nodeName: z.optional(z.string()),
  nodeSelector: z.optional(z.record(z.string(), z.string())),
  affinity: z.optional(
    z.looseObject({
      nodeAffinity: z.optional(
        z.looseObject({
          requiredDuringSchedulingIgnoredDuringExecution: z.optional(
            z.looseObject({ nodeSelectorTerms: z.array(term) }),
          ),
        }),
      ),
    }),
  ),
  tolerations: z.optional(z.array(toleration)),
})
type Placement = z.infer<typeof placementSchema>

const nodeSchema = z.looseObject({
  spec: z.optional(
    z.looseObject({
      unschedulable: z.optional(z.boolean()),
      taints: z.optional(
        z.array(z.looseObject({ key: z.string(), value: z.optional(z.string()), effect: z.string() })),
      ),
    }),
  ),
})

/** Whether a node matches a pod's selector and required affinity. */
export function isWanted({ nodeSelector = {}, affinity }: Placement, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return terms === undefined || terms.some(each => fitsTerm(each, node))
}

/** Whether a pod tolerates every taint of a node. */
export function isTolerated({ tolerations = [] }: Placement, node: KubeObject): boolean {
  const { spec } = nodeSchema.parse(node)
  const cordon = spec?.unschedulable ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : []
  return [...(spec?.taints ?? []), ...cordon]
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every(taint => tolerations.some(each => bears(each, taint)))
}

function bears(
  { key, operator = 'Equal', value, effect }: z.infer<typeof toleration>,
  taint: { readonly key: string; readonly value?: string | undefined; readonly effect: string },
): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false
  if (operator === 'Exists') return key === undefined || key === '' || key === taint.key
  return key === taint.key && (value ?? '') === (taint.value ?? '')
}

function fitsTerm({ matchFields = [], matchExpressions = [] }: z.infer<typeof term>, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {}
  return (
    matchFields.every(each => each.key === 'metadata.name' && fits(each, node.metadata.name)) &&
    matchExpressions.every(each => fits(each, labels[each.key]))
  )
}

function fits({ operator, values = [] }: z.infer<typeof expression>, value: string | undefined): boolean {
  if (operator === 'In') return value !== undefined && values.includes(value)
  if (operator === 'NotIn') return value === undefined || !values.includes(value)
  if (operator === 'Exists') return value !== undefined
  return operator === 'DoesNotExist' && value === undefined
}
