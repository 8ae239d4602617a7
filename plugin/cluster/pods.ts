import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { resources } from '../kube/port.ts'

/** State of one container, init containers included. */
export interface ContainerState {
  readonly name: string
  readonly init: boolean
  readonly ready: boolean
  readonly restarts: number
  readonly state: 'waiting' | 'running' | 'terminated' | 'unknown'
  /** Reason of waiting or termination, as `CrashLoopBackOff`. */
  readonly reason: string
  readonly message: string
  readonly exitCode: number | null
  /** Reason and exit code of the run before. */
  readonly lastReason: string
  readonly lastExitCode: number | null
}

export interface Pod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly labels: Readonly<Record<string, string>>
  readonly owner: { readonly kind: string; readonly name: string } | null
  /** Null until scheduled. */
  readonly node: string | null
  readonly hostNetwork: boolean
  readonly phase: string
  /** `status.reason`, as `Evicted` or `NodeLost`. */
  readonly reason: string
  readonly ips: readonly string[]
  readonly ready: boolean
  readonly createdAt: string | null
  readonly deleting: boolean
  readonly containers: readonly ContainerState[]
  /** Container specs: image, command line, ports. */
  readonly specs: readonly {
    readonly name: string
    readonly image: string
    readonly command: readonly string[]
  }[]
}

const text = z.optional(z.nullable(z.string()))
const state = z.object({
  reason: text,
  message: text,
  exitCode: z.optional(z.nullable(z.number())),
})
const states = z.object({
  waiting: z.optional(z.nullable(state)),
  running: z.optional(z.nullable(z.unknown())),
  terminated: z.optional(z.nullable(state)),
})
const containerStatus = z.object({
  name: z.string(),
  ready: z.optional(z.nullable(z.boolean())),
  restartCount: z.optional(z.nullable(z.number())),
  state: z.optional(z.nullable(states)),
  lastState: z.optional(z.nullable(states)),
})
const containerSpec = z.object({
  name: z.string(),
  image: text,
  command: z.optional(z.nullable(z.array(z.string()))),
  args: z.optional(z.nullable(z.array(z.string()))),
})

const schema = z.object({
  metadata: metadataSchema,
  spec: z.optional(
    z.nullable(
      z.object({
        nodeName: text,
        hostNetwork: z.optional(z.nullable(z.boolean())),
        containers: z.optional(z.nullable(z.array(containerSpec))),
      }),
    ),
  ),
  status: z.optional(
    z.nullable(
      z.object({
        phase: text,
        reason: text,
        podIP: text,
        podIPs: z.optional(z.nullable(z.array(z.object({ ip: text })))),
        conditions: z.optional(z.nullable(z.array(z.object({ type: z.string(), status: z.string() })))),
        initContainerStatuses: z.optional(z.nullable(z.array(containerStatus))),
        containerStatuses: z.optional(z.nullable(z.array(containerStatus))),
      }),
    ),
  ),
})

export const pods = defineClusterPart<readonly Pod[]>({
  collect: kube => project(kube, { resource: resources.pods, schema, change }),
})

function change({ metadata, spec, status }: z.infer<typeof schema>): Pod {
  const owner = metadata.ownerReferences?.[0]
  const listed = (status?.podIPs ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    owner: owner ? { kind: owner.kind, name: owner.name } : null,
    node: spec?.nodeName || null,
    hostNetwork: spec?.hostNetwork ?? false,
    phase: status?.phase ?? '',
    reason: status?.reason ?? '',
    ips: listed.length > 0 ? listed : status?.podIP ? [status.podIP] : [],
    ready: (status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True'),
    createdAt: metadata.creationTimestamp ?? null,
    deleting: Boolean(metadata.deletionTimestamp),
    containers: [
      ...(status?.initContainerStatuses ?? []).map(container => toState(container, true)),
      ...(status?.containerStatuses ?? []).map(container => toState(container, false)),
    ],
    specs: (spec?.containers ?? []).map(({ name, image, command, args }) => ({
      name,
      image: image ?? '',
      command: [...(command ?? []), ...(args ?? [])],
    })),
  }
}

function toState(container: z.infer<typeof containerStatus>, init: boolean): ContainerState {
  const now = container.state
  const detail = now?.waiting ?? now?.terminated
  return {
    name: container.name,
    init,
    ready: container.ready ?? false,
    restarts: container.restartCount ?? 0,
    state: now?.waiting ? 'waiting' : now?.terminated ? 'terminated' : now?.running ? 'running' : 'unknown',
    reason: detail?.reason ?? '',
    message: detail?.message ?? '',
    exitCode: now?.terminated?.exitCode ?? null,
    lastReason: container.lastState?.terminated?.reason ?? '',
    lastExitCode: container.lastState?.terminated?.exitCode ?? null,
  }
}
