import * as z from 'zod/mini'
import { defineClusterPart, project } from '../kube/cluster-part.ts'
import { count, maybe } from '../kube/fields.ts'
import { resources } from '../kube/port.ts'
import { toWorkload, type Workload, workloadFields } from '../kube/workload.ts'

export interface Deployment extends Workload {
  /** Replicas asked for; 0 is scaled down on purpose or by a controller. */
  readonly desired: number
  readonly ready: number
  /** Ready pods that also have been so for long enough. */
  readonly available: number
}

const schema = z.object({
  ...workloadFields,
  status: maybe(z.object({ readyReplicas: count, availableReplicas: count })),
})

/** Deployments of all namespaces. */
export const deployments = defineClusterPart<readonly Deployment[]>({
  collect: kube => project(kube, { resource: resources.deployments, schema, change }),
})

const change = (deployment: z.infer<typeof schema>): Deployment => ({
  ...toWorkload(deployment),
  desired: deployment.spec?.replicas ?? 1,
  ready: deployment.status?.readyReplicas ?? 0,
  available: deployment.status?.availableReplicas ?? 0,
})
