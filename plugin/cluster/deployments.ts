import { defineClusterPart, project } from '../kube/cluster-part.ts'
import { resources } from '../kube/port.ts'
import { type Replicated, replicatedSchema, toReplicated } from '../kube/workload.ts'

export type Deployment = Replicated

/** Deployments of all namespaces. */
export const deployments = defineClusterPart<readonly Deployment[]>({
  collect: kube => project(kube, { resource: resources.deployments, schema: replicatedSchema, change: toReplicated }),
})
