import type { NetworkCounters } from '../../shared/node/network-counters.ts'
import { isOk, type Reading } from '../../shared/reading.ts'

type Counts = Readonly<Record<string, number>>

/** How much one counter grew between two samples; null where either sample lacks it. A counter that went back was reset. */
export function growthOf(name: string, before: Counts, after: Counts): number | null {
  const [first, second] = [before[name], after[name]]
  return first === undefined || second === undefined ? null : Math.max(0, second - first)
}

/** The same for counters that are 32 bits wide and wrap, such as those of connection tracking. */
export function growthOf32(name: string, before: Counts, after: Counts): number | null {
  const [first, second] = [before[name], after[name]]
  return first === undefined || second === undefined ? null : (second - first + 2 ** 32) % 2 ** 32
}

/** A counter of the host's protocols. */
export interface ProtocolCounter {
  /** Since the network namespace was made; null where it was not read. */
  readonly total: number | null
  /** Between the two samples; null without a second one. */
  readonly grown: number | null
}

/** A counter by its group and name: `Udp.InCsumErrors`. */
export function protocolCounter(counters: Reading<NetworkCounters>, name: string): ProtocolCounter {
  if (!isOk(counters) || !isOk(counters.value.protocols)) return { total: null, grown: null }
  const { protocols, later } = counters.value
  return {
    total: protocols.value[name] ?? null,
    grown: isOk(later) ? growthOf(name, protocols.value, later.value.protocols) : null,
  }
}

/** `1843, 12 more at the second sample`. */
export const describeCounter = ({ total, grown }: ProtocolCounter): string =>
  `${total ?? 'unknown'}${grown === null ? '' : `, ${grown} more at the second sample`}`
