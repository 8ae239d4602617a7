/** `E1121 01:59:54.261094`, with or without the runtime's own time before it. */
const klog = /(?:^|\s)[IWEF](?<month>\d\d)(?<day>\d\d) (?<clock>\d\d:\d\d:\d\d)\.\d{1,6}/

/**
 * Milliseconds since a line of klog was written; null for other lines. klog tells no year and no zone: the zone is taken
 * as UTC, as in containers, and the year as the one that makes the line not of the future.
 */
export function klogAge(text: string, now: number): number | null {
  const groups = klog.exec(text)?.groups
  if (!groups) return null
  const year = new Date(now).getUTCFullYear()
  const at = (of: number) => Date.parse(`${of}-${groups.month}-${groups.day}T${groups.clock}Z`)
  const [same, before] = [at(year), at(year - 1)]
  if (Number.isNaN(same)) return null
  const day = 86_400_000
  return same <= now + day ? Math.max(0, now - same) : now - before
}
