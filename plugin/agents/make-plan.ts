import type { RunPlan } from './plan.ts'

/** A plan without the values that are generated. */
export interface PlanInput extends Omit<RunPlan, 'runId' | 'token' | 'until' | 'ttlSeconds'> {
  /** The default is 120. */
  readonly ttlSeconds?: number | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly randomBytes: (count: number) => Uint8Array
}

/** Only a backstop, because node clocks may be wrong; the anchor's deadline and the idle time-out come first. */
const lifeMs = 86_400_000

/** A plan with a run id and a token of its own. */
export function makePlan({ now, randomBytes, ttlSeconds = 120, ...given }: PlanInput): RunPlan {
  return {
    ...given,
    ttlSeconds,
    runId: toHex(randomBytes(4)),
    token: toHex(randomBytes(32)),
    until: new Date(now + lifeMs).toISOString(),
  }
}

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
