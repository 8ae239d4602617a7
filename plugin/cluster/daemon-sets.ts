import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { type ContainerSpec, toContainerSpec } from '../kube/container-spec.ts'
import { count, labels, maybe } from '../kube/fields.ts'
import { labelSelectorSchema } from '../kube/label-selector.ts'
import { type PodSpec, podSpecFields, toPodSpec } from '../kube/pod-spec.ts'
import { resources } from '../kube/port.ts'

export interface DaemonSet extends PodSpec {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string | null
  /** `matchLabels` of its selector. */
  readonly selector: Readonly<Record<string, string>>
  readonly podLabels: Readonly<Record<string, string>>
  readonly containers: readonly ContainerSpec[]
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly desired: number
  readonly ready: number
  /** Pods of the present template. */
  readonly updated: number
}

const template = z.object({
  metadata: maybe(z.object({ labels })),
  spec: maybe(z.object({ ...podSpecFields, nodeSelector: labels })),
})

const schema = z.object({
  metadata: metadataSchema,
  spec: maybe(z.object({ selector: maybe(labelSelectorSchema), template: maybe(template) })),
  status: maybe(z.object({ desiredNumberScheduled: count, numberReady: count, updatedNumberScheduled: count })),
})

/** DaemonSets of all namespaces. */
export const daemonSets = defineClusterPart<readonly DaemonSet[]>({
  collect: kube => project(kube, { resource: resources.daemonsets, schema, change }),
})

function change({ metadata, spec, status }: z.infer<typeof schema>): DaemonSet {
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
    desired: status?.desiredNumberScheduled ?? 0,
    ready: status?.numberReady ?? 0,
    updated: status?.updatedNumberScheduled ?? 0,
  }
}
