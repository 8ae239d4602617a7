import * as z from 'zod/mini'
import { isOk, ok, type Reading, unavailable } from '../../shared/reading.ts'
import type { Kube, Resource } from './port.ts'

/** One part of the cluster's state as the API reports it. Each has its own file in `plugin/cluster/`. */
export interface ClusterPartDefinition<T> {
  readonly collect: (kube: Kube) => Promise<Reading<T>>
}

/** Defines a cluster part; infers the type of its value. */
export const defineClusterPart = <T>(definition: ClusterPartDefinition<T>): ClusterPartDefinition<T> => definition

/** Lists a resource and turns each item into what checks need; one malformed item makes the part malformed. */
export async function project<S extends z.ZodMiniType, T>(
  kube: Kube,
  { resource, schema, change }: { resource: Resource; schema: S; change: (item: z.infer<S>) => T },
): Promise<Reading<readonly T[]>> {
  const list = await kube.list(resource)
  if (!isOk(list)) return list
  const items = z.safeParse(z.array(schema), list.value)
  if (items.success) return ok(items.data.map(change))
  return unavailable('malformed', `${resource.plural}: ${z.prettifyError(items.error)}`)
}

/** The metadata fields that any part uses. */
export const metadataSchema = z.object({
  name: z.string(),
  namespace: z.optional(z.string()),
  uid: z.optional(z.string()),
  labels: z.optional(z.nullable(z.record(z.string(), z.string()))),
  annotations: z.optional(z.nullable(z.record(z.string(), z.string()))),
  creationTimestamp: z.optional(z.nullable(z.string())),
  deletionTimestamp: z.optional(z.nullable(z.string())),
  ownerReferences: z.optional(
    z.nullable(
      z.array(
        z.object({
          kind: z.string(),
          name: z.string(),
          uid: z.optional(z.string()),
        }),
      ),
    ),
  ),
})

/** Like `project`, for a resource that only some clusters have: `missing` when the API does not know it. */
export async function projectOptional<S extends z.ZodMiniType, T>(
  kube: Kube,
  wanted: { resource: Resource; schema: S; change: (item: z.infer<S>) => T },
): Promise<Reading<readonly T[]>> {
  const items = await project(kube, wanted)
  return !isOk(items) && items.reason === 'unsupported' ? { ...items, reason: 'missing' } : items
}
