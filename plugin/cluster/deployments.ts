import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { type ContainerSpec, toContainerSpec } from '../kube/container-spec.ts'
import { count, labels, maybe } from '../kube/fields.ts'
import { labelSelectorSchema } from '../kube/label-selector.ts'
import { type PodSpec, podSpecFields, toPodSpec } from '../kube/pod-spec.ts'
import { resources } from '../kube/port.ts'

export interface Deployment extends PodSpec {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string | null
  /** `matchLabels` of its selector. */
  readonly selector: Readonly<Record<string, string>>
  readonly podLabels: Readonly<Record<string, string>>
  readonly containers: readonly ContainerSpec[]
  readonly nodeSelector: Readonly<Record<string, string>>
  /** Replicas asked for; 0 is scaled down on purpose or by a controller. */
  readonly desired: number
  readonly ready: number
  /** Ready pods that also have been so for long enough. */
  readonly available: number
}

const template = z.object({
  metadata: maybe(z.object({ labels })),
  spec: maybe(z.object({ ...podSpecFields, nodeSelector: labels })),
})

const schema = z.object({
  metadata: metadataSchema,
  spec: maybe(z.object({ replicas: count, selector: maybe(labelSelectorSchema), template: maybe(template) })),
  status: maybe(z.object({ readyReplicas: count, availableReplicas: count })),
})

/** Deployments of all namespaces. */
export const deployments = defineClusterPart<readonly Deployment[]>({
  collect: kube => project(kube, { resource: resources.deployments, schema, change }),
})

function change({ metadata, spec, status }: z.infer<typeof schema>): Deployment {
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
    desired: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
  }
}
