import { messageOf } from '../../shared/errors.ts'
import { type KubeWriter, resources } from '../kube/port.ts'
import { objectName, type RunPlan } from './plan.ts'

/** Time and error handling of the heartbeat. */
export interface Beat {
  /** Milliseconds since the anchor was created, by a monotonic clock. */
  readonly elapsedMs: () => number
  /** Calls `work` every `ms` milliseconds until the returned function is called. */
  readonly every: (ms: number, work: () => void) => () => void
  readonly onFailure: (message: string) => void
}

const beatsPerLife = 4

/** Extends the anchor's deadline while this process lives. Returns a function that stops it. */
export function startHeartbeat(writer: KubeWriter, plan: RunPlan, { elapsedMs, every, onFailure }: Beat): () => void {
  const beat = () => {
    // The deadline counts from the Job's start, which is never before its creation.
    const activeDeadlineSeconds = Math.ceil(elapsedMs() / 1_000) + plan.ttlSeconds
    writer
      .patch(
        resources.jobs,
        { namespace: plan.namespace, name: objectName(plan.runId) },
        { spec: { activeDeadlineSeconds } },
      )
      .catch((error: unknown) => onFailure(`the agents' deadline was not extended: ${messageOf(error)}`))
  }
  return every((plan.ttlSeconds * 1_000) / beatsPerLife, beat)
}
