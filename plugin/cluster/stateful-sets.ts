import { defineClusterPart, project } from '../kube/cluster-part.ts'
import { resources } from '../kube/port.ts'
import { type Replicated, replicatedSchema, toReplicated } from '../kube/workload.ts'

export type StatefulSet = Replicated

/** StatefulSets of all namespaces. */
export const statefulSets = defineClusterPart<readonly StatefulSet[]>({
  collect: kube => project(kube, { resource: resources.statefulsets, schema: replicatedSchema, change: toReplicated }),
})
