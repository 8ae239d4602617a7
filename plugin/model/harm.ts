import type { Evidence } from '../../shared/finding.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import type { ApiEvent } from '../cluster/events.ts'
import type { Pod } from '../cluster/pods.ts'
import { memoise } from './memo.ts'
import { ageOf, minute, networkedPodsOn, podKey } from './pods.ts'
import { isNetworkFailure, recentFailures, type SandboxFailure } from './sandbox-failures.ts'

/** Current harm to the pods of one node by its network. */
export interface Harm {
  /** Sandbox failures caused by the network. */
  readonly failures: readonly SandboxFailure[]
  /** Pods that have waited for their sandbox for minutes, without another known reason such as a volume or an image. */
  readonly waiting: readonly Pod[]
  /** False when pods or events were not read, so that an empty result means nothing. */
  readonly known: boolean
}

interface Sources {
  readonly pods: Reading<readonly Pod[]>
  readonly events: Reading<readonly ApiEvent[]>
}

/** The harm on one node, from the API's pods and events. */
export function harmOn(node: string, { pods, events }: Sources, takenAt: number): Harm {
  if (!isOk(pods)) return { failures: [], waiting: [], known: false }
  const list = isOk(events) ? events.value : none
  return {
    failures: recentFailures(node, { events: list, pods: pods.value }, takenAt).filter(isNetworkFailure),
    waiting: networkedPodsOn(pods.value, node).filter(pod => isWaiting(pod, takenAt) && !hasOtherReason(pod, list)),
    known: isOk(events),
  }
}

/** Whether any pod is harmed. */
export const isHarmed = ({ failures, waiting }: Harm): boolean => failures.length > 0 || waiting.length > 0

/** Evidence of the harm: the first items and their number. */
export function harmEvidence({ failures, waiting }: Harm): readonly Evidence[] {
  const [first] = failures
  if (first) {
    const more = failures.length > 1 ? ` (and ${failures.length - 1} more pods)` : ''
    return [{ at: `Event of Pod ${podKey(first.pod)}`, observed: `${oneLine(first.text, 240)}${more}` }]
  }
  const [pod] = waiting
  if (!pod) return []
  const more = waiting.length > 1 ? ` (and ${waiting.length - 1} more)` : ''
  return [{ at: `Pod ${podKey(pod)}`, observed: `waits for its sandbox since ${pod.createdAt}${more}` }]
}

function isWaiting(pod: Pod, takenAt: number): boolean {
  const age = ageOf(pod.createdAt, takenAt)
  if (pod.phase !== 'Pending' || pod.ips.length > 0 || pod.deleting || age === null || age < 2 * minute) return false
  return pod.containers.every(({ state, reason }) => state === 'waiting' && creating.includes(reason))
}

const creating = ['ContainerCreating', 'PodInitializing', '']
const otherReasons = /^(?:FailedMount|FailedAttachVolume|Pulling|Pulled|Failed|ErrImagePull|BackOff)$/

const hasOtherReason = (pod: Pod, events: readonly ApiEvent[]) => otherwiseWaiting(events).has(podKey(pod))

/** Pods that wait for something else according to an event. */
const otherwiseWaiting = memoise(
  (events: readonly ApiEvent[]): ReadonlySet<string> =>
    new Set(events.filter(({ reason }) => otherReasons.test(reason)).map(({ object }) => podKey(object))),
)

const none: readonly ApiEvent[] = []
