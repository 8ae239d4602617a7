import * as z from 'zod/mini'
import { defineClusterPart, project } from '../kube/cluster-part.ts'
import { count, maybe } from '../kube/fields.ts'
import { resources } from '../kube/port.ts'
import { toWorkload, type Workload, workloadFields } from '../kube/workload.ts'

/** An apps/v1 DaemonSet with the counts of its status. */
export interface DaemonSet extends Workload {
  readonly desired: number
  readonly ready: number
  /** Pods created from the current template. */
  readonly updated: number
}

const schema = z.object({
  ...workloadFields,
  status: maybe(z.object({ desiredNumberScheduled: count, numberReady: count, updatedNumberScheduled: count })),
})

/** DaemonSets of all namespaces. */
export const daemonSets = defineClusterPart<readonly DaemonSet[]>({
  collect: kube => project(kube, { resource: resources.daemonsets, schema, change }),
})

const change = (set: z.infer<typeof schema>): DaemonSet => ({
  ...toWorkload(set),
  desired: set.status?.desiredNumberScheduled ?? 0,
  ready: set.status?.numberReady ?? 0,
  updated: set.status?.updatedNumberScheduled ?? 0,
})
