import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { type ContainerSpec, toContainerSpec } from '../kube/container-spec.ts'
import { count, flag, listOf, maybe, strings, text } from '../kube/fields.ts'
import { type PodSpec, podSpecFields, toPodSpec } from '../kube/pod-spec.ts'
import { resources } from '../kube/port.ts'

/** State of one container, init containers included. */
export interface ContainerState {
  readonly name: string
  readonly init: boolean
  readonly ready: boolean
  readonly restarts: number
  readonly state: 'waiting' | 'running' | 'terminated' | 'unknown'
  /** Reason for waiting or termination, such as `CrashLoopBackOff`. */
  readonly reason: string
  readonly message: string
  readonly exitCode: number | null
  /** Reason and exit code of the previous run. */
  readonly lastReason: string
  readonly lastExitCode: number | null
  readonly lastMessage: string
  /** End of the previous run, RFC 3339. */
  readonly lastFinishedAt: string | null
  /** Start of the current run, RFC 3339. */
  readonly startedAt: string | null
  /** Such as `containerd://…`; empty until it is created. */
  readonly containerId: string
}

/** A condition of a pod. */
export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly since: string | null
}

/** A core/v1 Pod with the parts of spec and status that checks need. */
export interface Pod extends PodSpec {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly owner: { readonly kind: string; readonly name: string } | null
  readonly finalizers: readonly string[]
  /** Null until scheduled. */
  readonly node: string | null
  readonly phase: string
  /** `status.reason`, as `Evicted` or `NodeLost`. */
  readonly reason: string
  readonly ips: readonly string[]
  readonly ready: boolean
  readonly createdAt: string | null
  readonly deleting: boolean
  readonly containers: readonly ContainerState[]
  readonly specs: readonly ContainerSpec[]
  readonly conditions: readonly PodCondition[]
  /** When the kubelet accepted it, RFC 3339. */
  readonly startTime: string | null
  /** RFC 3339; null unless it is being deleted. */
  readonly deletionTime: string | null
}

const state = z.object({
  reason: text,
  message: text,
  exitCode: count,
  startedAt: text,
  finishedAt: text,
})
const states = z.object({
  waiting: maybe(state),
  running: maybe(z.object({ startedAt: text })),
  terminated: maybe(state),
})
const containerStatus = z.object({
  name: z.string(),
  ready: flag,
  restartCount: count,
  containerID: text,
  state: maybe(states),
  lastState: maybe(states),
})
const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: text,
  message: text,
  lastTransitionTime: text,
})

const schema = z.object({
  metadata: z.extend(metadataSchema, { finalizers: strings }),
  spec: maybe(z.object({ ...podSpecFields, nodeName: text })),
  status: maybe(
    z.object({
      phase: text,
      reason: text,
      podIP: text,
      podIPs: listOf(z.object({ ip: text })),
      startTime: text,
      conditions: listOf(condition),
      initContainerStatuses: listOf(containerStatus),
      containerStatuses: listOf(containerStatus),
    }),
  ),
})

/** Pods of all namespaces. */
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
    annotations: metadata.annotations ?? {},
    finalizers: metadata.finalizers ?? [],
    owner: owner ? { kind: owner.kind, name: owner.name } : null,
    node: spec?.nodeName || null,
    phase: status?.phase ?? '',
    reason: status?.reason ?? '',
    ips: listed.length > 0 ? listed : status?.podIP ? [status.podIP] : [],
    ready: (status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True'),
    createdAt: metadata.creationTimestamp ?? null,
    deleting: Boolean(metadata.deletionTimestamp),
    deletionTime: metadata.deletionTimestamp ?? null,
    startTime: status?.startTime ?? null,
    conditions: (status?.conditions ?? []).map(toCondition),
    containers: [
      ...(status?.initContainerStatuses ?? []).map(container => toState(container, true)),
      ...(status?.containerStatuses ?? []).map(container => toState(container, false)),
    ],
    specs: (spec?.containers ?? []).map(toContainerSpec),
    ...toPodSpec(spec ?? {}),
  }
}

const toCondition = ({
  type,
  status,
  reason,
  message,
  lastTransitionTime,
}: z.infer<typeof condition>): PodCondition => ({
  type,
  status,
  reason: reason ?? '',
  message: message ?? '',
  since: lastTransitionTime ?? null,
})

function toState(container: z.infer<typeof containerStatus>, init: boolean): ContainerState {
  const now = container.state
  const detail = now?.waiting ?? now?.terminated
  const last = container.lastState?.terminated
  return {
    name: container.name,
    init,
    ready: container.ready ?? false,
    restarts: container.restartCount ?? 0,
    state: now?.waiting ? 'waiting' : now?.terminated ? 'terminated' : now?.running ? 'running' : 'unknown',
    reason: detail?.reason ?? '',
    message: detail?.message ?? '',
    exitCode: now?.terminated?.exitCode ?? null,
    lastReason: last?.reason ?? '',
    lastExitCode: last?.exitCode ?? null,
    lastMessage: last?.message ?? '',
    lastFinishedAt: last?.finishedAt ?? null,
    startedAt: now?.running?.startedAt ?? now?.terminated?.startedAt ?? null,
    containerId: container.containerID ?? '',
  }
}
