import type { Conntrack } from '../../shared/node/conntrack.ts'
import { isOk } from '../../shared/reading.ts'
import { growthOf32 } from './counters.ts'

/** How full the host's connection table is. */
export interface TableUse {
  readonly count: number
  readonly max: number
  /** Connections that the kernel refused or evicted between the two samples; null without a second one. */
  readonly lost: number | null
}

/** Computes the use of the connection table; null when count or limit is unread. */
export function tableUse({ count, max, counters, later }: Conntrack): TableUse | null {
  if (!isOk(count) || !isOk(max) || max.value <= 0) return null
  const grown = (name: string) =>
    isOk(counters) && isOk(later) ? growthOf32(name, counters.value, later.value.counters) : null
  const [dropped, evicted] = [grown('drop'), grown('early_drop')]
  return {
    count: Math.max(count.value, (isOk(later) ? later.value.count : null) ?? 0),
    max: max.value,
    lost: dropped === null && evicted === null ? null : (dropped ?? 0) + (evicted ?? 0),
  }
}

/** Whether the table is full, or the kernel is already evicting connections. */
export const isFull = ({ count, max, lost }: TableUse): boolean =>
  count >= max || (count >= 0.9 * max && lost !== null && lost > 0)
