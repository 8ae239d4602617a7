import { isRecord, type KubeObject } from '../api/object.ts'
import { sandboxIdOf } from './addresses.ts'

/** State of a container by the API, with what it was before. */
export interface ContainerState {
  readonly state: { readonly waiting: Reason } | { readonly running: object } | { readonly terminated: Termination }
  readonly last?: Termination | undefined
  readonly restarts: number
}

interface Reason {
  readonly reason: string
  readonly message?: string
}

export interface Termination {
  readonly exitCode: number
  readonly reason: string
  readonly message?: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly containerID: string
}

interface Facts {
  readonly address: string
  readonly podAddress: string | null
  /** RFC 3339. */
  readonly now: string
  readonly containers: ReadonlyMap<string, ContainerState>
  /** Set for a pod that is over. */
  readonly phase?: 'Failed' | 'Succeeded' | undefined
}

/** A pod with the status that the kubelet would write. */
export function withStatus(pod: KubeObject, facts: Facts): KubeObject {
  const before = isRecord(pod.status) ? pod.status : {}
  const names = [...facts.containers.keys()]
  const unready = names.filter(name => !isRunning(facts.containers.get(name)))
  const phase = facts.phase ?? (names.some(name => isStarted(facts.containers.get(name))) ? 'Running' : 'Pending')
  const isUp = unready.length === 0 && facts.phase === undefined
  return {
    ...pod,
    status: {
      ...before,
      phase,
      conditions: conditionsOf(before, { ...facts, unready, isUp, hasSandbox: phase === 'Running' }),
      hostIP: facts.address,
      hostIPs: [{ ip: facts.address }],
      ...(facts.podAddress === null ? {} : { podIP: facts.podAddress, podIPs: [{ ip: facts.podAddress }] }),
      startTime: before.startTime ?? facts.now,
      containerStatuses: names.map(name => containerStatus(pod, name, facts.containers.get(name))),
    },
  }
}

const isRunning = (container: ContainerState | undefined) => container !== undefined && 'running' in container.state
const isStarted = (container: ContainerState | undefined) =>
  container !== undefined && (isRunning(container) || 'terminated' in container.state || container.last !== undefined)

interface Judged extends Facts {
  readonly unready: readonly string[]
  readonly isUp: boolean
  readonly hasSandbox: boolean
}

function conditionsOf(before: Record<string, unknown>, { now, phase, unready, isUp, hasSandbox }: Judged) {
  const known = Array.isArray(before.conditions) ? before.conditions.filter(isRecord) : []
  const why =
    phase === undefined
      ? { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
      : { reason: `Pod${phase}` }
  const wanted = [
    { type: 'PodReadyToStartContainers', status: text(hasSandbox && phase === undefined) },
    { type: 'Initialized', status: 'True' },
    { type: 'Ready', status: text(isUp), ...(isUp ? {} : why) },
    { type: 'ContainersReady', status: text(isUp), ...(isUp ? {} : why) },
    { type: 'PodScheduled', status: 'True' },
  ]
  return wanted.map(condition => {
    const old = known.find(each => each.type === condition.type && each.status === condition.status)
    return { ...condition, lastProbeTime: null, lastTransitionTime: old?.lastTransitionTime ?? now }
  })
}

const text = (value: boolean) => (value ? 'True' : 'False')

function containerStatus(pod: KubeObject, name: string, container: ContainerState | undefined) {
  const spec = isRecord(pod.spec) && Array.isArray(pod.spec.containers) ? pod.spec.containers.filter(isRecord) : []
  const id = sandboxIdOf(pod.metadata.uid)
  const started = isRunning(container)
  return {
    name,
    state: container?.state ?? { waiting: { reason: 'ContainerCreating' } },
    lastState: container?.last === undefined ? {} : { terminated: container.last },
    ready: started,
    restartCount: container?.restarts ?? 0,
    image: spec.find(each => each.name === name)?.image ?? '',
    imageID: started ? `sha256:${id}` : '',
    ...(started ? { containerID: `containerd://${id}` } : {}),
    started,
  }
}
