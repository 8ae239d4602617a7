import type { ApiEvent } from '../cluster/events.ts'
import type { Pod } from '../cluster/pods.ts'
import { plainText } from './event-text.ts'
import { ageOf, hour, minute, podKey } from './pods.ts'

/** A pod that should be gone and whose network cannot be taken down, with the event that says so. */
export interface TeardownFailure {
  readonly pod: Pod
  readonly event: ApiEvent
  /** The event's message without the escaping of nested quotes. */
  readonly text: string
}

/** Those of pods that have been Terminating for more than a minute, by events of the last hour. */
export const teardownFailures = (
  pods: readonly Pod[],
  events: readonly ApiEvent[],
  takenAt: number,
): readonly TeardownFailure[] =>
  pods
    .filter(pod => pod.deleting && (ageOf(pod.deletionTime, takenAt) ?? 0) > minute)
    .flatMap(pod => {
      const event = events.find(
        ({ object, message, lastSeen }) =>
          object.kind === 'Pod' &&
          podKey(object) === podKey(pod) &&
          failure.test(plainText(message)) &&
          (ageOf(lastSeen, takenAt) ?? hour + 1) <= hour,
      )
      return event ? [{ pod, event, text: plainText(event.message) }] : []
    })

/** Messages of kubelet and runtimes about a failed CNI DEL. */
const failure =
  /failed \(delete\)|failed to (?:destroy|teardown|tear down) .*(?:network|sandbox|pod)|KillPodSandboxError.*(?:network|cni)|unable to release IP/i
