import type { Conntrack } from '../../shared/node/conntrack.ts'
import { isOk } from '../../shared/reading.ts'
import { growthOf32 } from './counters.ts'

/** Connections that the kernel failed to enter into its table, between two samples. */
export interface InsertionFailures {
  /** Since boot. */
  readonly total: number
  /** All of them: since Linux 4.7 also those that were resolved without loss. Null without a second sample. */
  readonly grown: number | null
  /** Those that cost a packet. */
  readonly lost: number
  readonly afterMs: number
}

/** Null where the kernel's counters were not read. */
export function insertionFailures({ counters, later }: Conntrack): InsertionFailures | null {
  const total = isOk(counters) ? counters.value.insert_failed : undefined
  if (!isOk(counters) || total === undefined) return null
  if (!isOk(later)) return { total, grown: null, lost: 0, afterMs: 0 }
  const grow = (name: string) => growthOf32(name, counters.value, later.value.counters)
  const [grown, resolved, dropped] = [grow('insert_failed') ?? 0, grow('clashres'), grow('drop') ?? 0]
  // An older kernel does not say how many were resolved: then what it says it dropped is all that is certain.
  const lost = resolved === null ? Math.min(grown, dropped) : Math.max(0, grown - resolved)
  return { total, grown, lost, afterMs: later.value.afterMs }
}
