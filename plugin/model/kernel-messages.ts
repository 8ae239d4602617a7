import type { KernelEntry } from '../../shared/formats/kernel-log.ts'
import type { KernelLog } from '../../shared/node/kernel-log.ts'
import { ageOf, hour } from './pods.ts'

/** Matching messages of the last hour; one of unknown age counts as recent. */
export const recentMessages = (log: KernelLog, pattern: RegExp, takenAt: number): readonly KernelEntry[] =>
  log.entries.filter(entry => pattern.test(entry.message) && (ageOfEntry(entry, log, takenAt) ?? 0) <= hour)

function ageOfEntry({ secondsSinceBoot, time }: KernelEntry, log: KernelLog, takenAt: number): number | null {
  if (time !== null) return ageOf(time, takenAt)
  return secondsSinceBoot === null || log.uptimeSeconds === null ? null : 1000 * (log.uptimeSeconds - secondsSinceBoot)
}
