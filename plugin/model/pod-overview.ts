import type { Finding } from '../../shared/finding.ts'
import { isOk } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Report } from '../engine/report.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { isLive, podKey } from './pods.ts'
import { recentFailures } from './sandbox-failures.ts'

/** One pod that is not ready, and why. */
export interface PodOverview {
  readonly namespace: string
  readonly name: string
  readonly node: string | null
  readonly state: string
  readonly restarts: number
  readonly createdAt: string | null
  /** One sentence; empty for a pod that is well. */
  readonly why: string
  /** Code of the root cause, where one explains it. */
  readonly code: string | null
}

/** Pods that are not what they should be, or only the named one. */
export function describePods(
  snapshot: Snapshot,
  report: Report,
  isWanted: (pod: Pod) => boolean | 'even when well',
): readonly PodOverview[] {
  const pods = isOk(snapshot.cluster.pods) ? snapshot.cluster.pods.value : []
  return pods
    .filter(pod => {
      const wanted = isWanted(pod)
      return wanted === 'even when well' || (wanted && isUnwell(pod))
    })
    .map(pod => describe(pod, snapshot, report))
}

const isUnwell = (pod: Pod): boolean => isLive(pod) && (!pod.ready || pod.deleting)

function describe(pod: Pod, snapshot: Snapshot, report: Report): PodOverview {
  const cause = causeOf(pod, report)
  const container = pod.containers.find(({ ready, state }) => !ready && state !== 'terminated')
  return {
    namespace: pod.namespace,
    name: pod.name,
    node: pod.node,
    createdAt: pod.createdAt,
    state: pod.deleting ? 'Terminating' : container?.reason || pod.reason || pod.phase || 'Unknown',
    restarts: Math.max(0, ...pod.containers.map(({ restarts }) => restarts)),
    why: cause ? cause.message : isUnwell(pod) ? ownReason(pod, snapshot) : '',
    code: cause?.code ?? null,
  }
}

/** The root cause of a finding about this very pod. */
function causeOf({ namespace, name }: Pod, { findings, rootCauses }: Report): Finding | undefined {
  const own = findings.filter(
    ({ subject, severity }) =>
      severity !== 'info' && subject.kind === 'Pod' && subject.namespace === namespace && subject.name === name,
  )
  const ids = new Set(own.map(({ id }) => id))
  return rootCauses.find(({ id, explains }) => ids.has(id) || explains.some(other => ids.has(other))) ?? own[0]
}

/** What the API itself says, the sandbox first. */
function ownReason(pod: Pod, { cluster, takenAt }: Snapshot): string {
  if (pod.node === null) return 'waits for the scheduler'
  const events = isOk(cluster.events) ? cluster.events.value : []
  const pods = isOk(cluster.pods) ? cluster.pods.value : []
  const failure = recentFailures(pod.node, { events, pods }, Date.parse(takenAt)).find(
    failure => podKey(failure.pod) === podKey(pod),
  )
  if (failure) return failure.text
  const container = pod.containers.find(({ ready, message }) => !ready && message !== '')
  if (container) return `${container.name}: ${container.message}`
  const ended = pod.containers.find(({ ready, lastReason }) => !ready && lastReason !== '')
  return ended ? `${ended.name} ended before: ${ended.lastReason} (${ended.lastExitCode ?? '?'})` : 'nothing says why'
}
