import type { Conntrack } from '../../shared/node/conntrack.ts'
import { isOk } from '../../shared/reading.ts'
import { growthOf32 } from './counters.ts'

/** Connections that the kernel failed to insert into its table, between two samples. */
export interface InsertionFailures {
  /** Since boot. */
  readonly total: number
  /** All failures; since Linux 4.7 including those resolved without loss. Null without a second sample. */
  readonly grown: number | null
  /** Those that cost a packet. */
  readonly lost: number
  readonly afterMs: number
}

/** Counts insertion failures; null when the counters were not read. */
export function insertionFailures({ counters, later }: Conntrack): InsertionFailures | null {
  const total = isOk(counters) ? counters.value.insert_failed : undefined
  if (!isOk(counters) || total === undefined) return null
  if (!isOk(later)) return { total, grown: null, lost: 0, afterMs: 0 }
  const grow = (name: string) => growthOf32(name, counters.value, later.value.counters)
  const [grown, resolved, dropped] = [grow('insert_failed') ?? 0, grow('clashres'), grow('drop') ?? 0]
  // Older kernels do not count resolved clashes; then only the drops they count are certain.
  const lost = resolved === null ? Math.min(grown, dropped) : Math.max(0, grown - resolved)
  return { total, grown, lost, afterMs: later.value.afterMs }
}
