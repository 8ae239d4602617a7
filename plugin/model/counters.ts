import type { NetworkCounters } from '../../shared/node/network-counters.ts'
import { isOk, type Reading } from '../../shared/reading.ts'

type Counts = Readonly<Record<string, number>>

/** Growth of a counter between two samples; null when either lacks it. A counter that decreased was reset. */
export function growthOf(name: string, before: Counts, after: Counts): number | null {
  const [first, second] = [before[name], after[name]]
  return first === undefined || second === undefined ? null : Math.max(0, second - first)
}

/** The same for 32-bit counters that wrap, such as those of connection tracking. */
export function growthOf32(name: string, before: Counts, after: Counts): number | null {
  const [first, second] = [before[name], after[name]]
  return first === undefined || second === undefined ? null : (second - first + 2 ** 32) % 2 ** 32
}

/** A protocol counter of the host. */
export interface ProtocolCounter {
  /** Since the network namespace was created; null when unread. */
  readonly total: number | null
  /** Growth between the two samples; null without a second one. */
  readonly grown: number | null
}

/** Looks up a counter by group and name: `Udp.InCsumErrors`. */
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
