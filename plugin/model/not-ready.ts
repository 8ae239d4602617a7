import { oneLine } from '../../shared/text.ts'
import type { ApiEvent } from '../cluster/events.ts'
import type { Pod } from '../cluster/pods.ts'
import { plainText } from './event-text.ts'
import { memoise } from './memo.ts'
import { ageOf, minute, podKey } from './pods.ts'

/** Why a pod is not ready, in the words of the component that reports it. */
export interface NotReady {
  readonly pod: Pod
  /** The source: `Event of Pod …` or `Pod …`. */
  readonly at: string
  readonly why: string
  /** Whether it is younger than two minutes and nothing has failed yet. */
  readonly isStarting: boolean
}

/** Determines why a pod is not ready: the failing probe first, then the container, the sandbox, the scheduler. */
export function whyNotReady(pod: Pod, events: readonly ApiEvent[], takenAt: number): NotReady {
  const event = lastWarnings(events).get(podKey(pod))
  const container = pod.containers.find(({ ready, state, reason }) => !ready && state === 'waiting' && reason !== '')
  const isYoung = (ageOf(pod.createdAt, takenAt) ?? Number.POSITIVE_INFINITY) < 2 * minute
  const told = (at: string, why: string, isStarting = false): NotReady => ({
    pod,
    at,
    why: oneLine(why, 240),
    isStarting,
  })
  const own = `Pod ${podKey(pod)}`
  if (pod.deleting) return told(own, 'is being deleted')
  if (container && failing.test(container.reason)) {
    const last = container.lastReason
      ? `; it ended with ${container.lastReason} (${container.lastExitCode ?? '?'})`
      : ''
    return told(own, `container ${container.name} is in ${container.reason}${last}`)
  }
  if (event) return told(`Event of ${own}`, plainText(event.message))
  const condition = pod.conditions.find(({ status, message }) => status === 'False' && message !== '')
  const why = condition ? `${condition.type}: ${condition.message}` : `phase ${pod.phase || 'unknown'}, not Ready`
  return told(own, container ? `container ${container.name} is in ${container.reason}` : why, isYoung)
}

const failing = /BackOff|^Err|Error$|InvalidImageName|^OOMKilled$/
const telling = /^(?:Unhealthy|FailedCreatePodSandBox|FailedScheduling|FailedMount|FailedAttachVolume|Failed|BackOff)$/

/** The last relevant warning of each pod. */
const lastWarnings = memoise((events: readonly ApiEvent[]): ReadonlyMap<string, ApiEvent> => {
  const last = new Map<string, ApiEvent>()
  for (const event of events) {
    if (event.object.kind !== 'Pod' || event.type !== 'Warning' || !telling.test(event.reason)) continue
    const key = podKey(event.object)
    const known = last.get(key)
    if (!known || (known.lastSeen ?? '') <= (event.lastSeen ?? '')) last.set(key, event)
  }
  return last
})
