import * as z from 'zod/mini'
import { metadataSchema } from './cluster-part.ts'
import { type ContainerSpec, toContainerSpec } from './container-spec.ts'
import { count, labels, maybe } from './fields.ts'
import { labelSelectorSchema } from './label-selector.ts'
import { type PodSpec, podSpecFields, toPodSpec } from './pod-spec.ts'

/** Fields common to DaemonSets, Deployments and StatefulSets: their selector and their pods. */
export interface Workload extends PodSpec {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string | null
  /** `matchLabels` of its selector. */
  readonly selector: Readonly<Record<string, string>>
  readonly podLabels: Readonly<Record<string, string>>
  readonly containers: readonly ContainerSpec[]
  readonly nodeSelector: Readonly<Record<string, string>>
}

const template = z.object({
  metadata: maybe(z.object({ labels })),
  spec: maybe(z.object({ ...podSpecFields, nodeSelector: labels })),
})

/** Schema fields common to all workloads. */
export const workloadFields = {
  metadata: metadataSchema,
  spec: maybe(z.object({ replicas: count, selector: maybe(labelSelectorSchema), template: maybe(template) })),
}

const workloadSchema = z.object(workloadFields)

/** Converts the common fields of a workload. */
export function toWorkload({ metadata, spec }: z.infer<typeof workloadSchema>): Workload {
  const pod = spec?.template?.spec
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    labels: metadata.labels ?? {},
    createdAt: metadata.creationTimestamp ?? null,
    selector: spec?.selector?.matchLabels ?? {},
    podLabels: spec?.template?.metadata?.labels ?? {},
    containers: (pod?.containers ?? []).map(toContainerSpec),
    nodeSelector: pod?.nodeSelector ?? {},
    ...toPodSpec(pod ?? {}),
  }
}

/** A workload with a number of replicas: a Deployment or a StatefulSet. */
export interface Replicated extends Workload {
  /** Desired replicas; 0 when it was scaled down. */
  readonly desired: number
  readonly ready: number
  /** Pods that have been ready for at least minReadySeconds. */
  readonly available: number
}

export const replicatedSchema = z.object({
  ...workloadFields,
  status: maybe(z.object({ readyReplicas: count, availableReplicas: count })),
})

/** Converts a Deployment or StatefulSet. */
export const toReplicated = (workload: z.infer<typeof replicatedSchema>): Replicated => ({
  ...toWorkload(workload),
  desired: workload.spec?.replicas ?? 1,
  ready: workload.status?.readyReplicas ?? 0,
  available: workload.status?.availableReplicas ?? 0,
})
