/** `E1121 01:59:54.261094`, optionally after the runtime's timestamp. */
const klog = /(?:^|\s)[IWEF](?<month>\d\d)(?<day>\d\d) (?<clock>\d\d:\d\d:\d\d)\.\d{1,6}/

/**
 * Age of a klog line in ms; null for other lines. klog writes neither year nor zone: assumes UTC, as in containers, and
 * the latest year that is not in the future.
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
