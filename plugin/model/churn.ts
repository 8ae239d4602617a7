import type { Sandboxes } from '../../shared/node/sandboxes.ts'
import { isOk, type Reading } from '../../shared/reading.ts'
import type { RangeUse } from './address-use.ts'
import { ageOf, hour } from './pods.ts'

/** How much of a range is used by short-lived pods. Counts are addresses, except `created`. */
export interface Churn {
  /** Held by ended sandboxes that are not removed yet. */
  readonly ending: number
  /** Reserved within the last hour for a container that the runtime does not list. */
  readonly young: number
  /** Sandboxes created within the last hour. */
  readonly created: number
  /** Whether the addresses held by ended or failed sandboxes are what is missing. */
  readonly isShortage: boolean
}

/** Detects pods that are recreated faster than their addresses are released; null when sandboxes were not read. */
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
