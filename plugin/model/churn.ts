import type { Sandboxes } from '../../shared/node/sandboxes.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { RangeUse } from './address-use.ts'
import { ageOf, hour } from './pods.ts'

/** How much of a range pods hold that come and go. Counts are addresses, but for `created`. */
export interface Churn {
  /** Held by sandboxes that have ended and wait for their removal. */
  readonly ending: number
  /** Reserved within the last hour by nobody that the runtime lists. */
  readonly young: number
  /** Sandboxes made within the last hour. */
  readonly created: number
  /** True when so few addresses are left that those held by ended or failed sandboxes are what is missing. */
  readonly isShortage: boolean
}

/** Tells pods that are recreated faster than their addresses come back; null when the runtime did not tell its sandboxes. */
export function churnOf(use: RangeUse, sandboxes: Reading<Sandboxes>, lookedAt: number): Churn | null {
  if (!isOk(sandboxes)) return null
  const byId = new Map(sandboxes.value.sandboxes.map(sandbox => [sandbox.id, sandbox]))
  const ending = use.verdicts.filter(({ reservation }) => byId.get(reservation.containerId)?.ready === false).length
  const young = use.verdicts.filter(({ state, ageMs }) => state === 'unknown' && ageMs !== null && ageMs < hour).length
  const created = sandboxes.value.sandboxes.filter(({ createdAt }) => {
    const age = ageOf(createdAt, lookedAt)
    return age !== null && age < hour
  }).length
  const held = BigInt(ending + young)
  const isShort = use.free * 10n <= use.capacity
  return { ending, young, created, isShortage: isShort && held * 4n >= use.capacity && created >= ending + young }
}
