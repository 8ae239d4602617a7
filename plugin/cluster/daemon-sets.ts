import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { resources } from '../kube/port.ts'

export interface DaemonSet {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt: string | null
  /** `matchLabels` of its selector. */
  readonly selector: Readonly<Record<string, string>>
  readonly containers: readonly {
    readonly name: string
    readonly image: string
    readonly command: readonly string[]
  }[]
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly desired: number
  readonly ready: number
}

const text = z.optional(z.nullable(z.string()))
const strings = z.optional(z.nullable(z.array(z.string())))
const labels = z.optional(z.nullable(z.record(z.string(), z.string())))
const containers = z.optional(
  z.nullable(
    z.array(
      z.object({
        name: z.string(),
        image: text,
        command: strings,
        args: strings,
      }),
    ),
  ),
)
const count = z.optional(z.nullable(z.number()))

const schema = z.object({
  metadata: metadataSchema,
  spec: z.optional(
    z.nullable(
      z.object({
        selector: z.optional(z.nullable(z.object({ matchLabels: labels }))),
        template: z.optional(
          z.nullable(
            z.object({
              spec: z.optional(z.nullable(z.object({ containers, nodeSelector: labels }))),
            }),
          ),
        ),
      }),
    ),
  ),
  status: z.optional(z.nullable(z.object({ desiredNumberScheduled: count, numberReady: count }))),
})

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
    containers: (pod?.containers ?? []).map(({ name, image, command, args }) => ({
      name,
      image: image ?? '',
      command: [...(command ?? []), ...(args ?? [])],
    })),
    nodeSelector: pod?.nodeSelector ?? {},
    desired: status?.desiredNumberScheduled ?? 0,
    ready: status?.numberReady ?? 0,
  }
}
