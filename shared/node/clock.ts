import * as z from 'zod/mini'
import { readNumber, unlessUnread } from '../discovery/values.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/** The node's clocks, for comparison; times are ms since the epoch. */
export const clockSchema = z.object({
  /** Time of reading by the kernel's boot time and uptime, accurate to a second. */
  kernelMs: readingOf(z.number()),
  /** Time of reading by the agent's own clock. */
  readMs: z.number(),
  /** The hardware clock; `missing` in most cloud virtual machines. */
  hardwareMs: readingOf(z.number()),
  /** Whether systemd-timesyncd has ever set the clock; `missing` when it has not, or another program does. */
  timesyncd: readingOf(z.literal('synchronized')),
})
export type Clock = z.infer<typeof clockSchema>

export const clock = definePart<Clock>({
  schema: clockSchema,
  collect: async (host, context) => {
    const kernelMs = await readKernelTime(host)
    const readMs = context.now()
    const hardware = await readNumber(host, '/sys/class/rtc/rtc0/since_epoch')
    const hardwareMs = mapReading(hardware, seconds => seconds * 1000)
    const mark = await host.stat('/run/systemd/timesync/synchronized')
    const timesyncd = mapReading(mark, () => 'synchronized' as const)
    return unlessUnread([kernelMs, timesyncd], { kernelMs, readMs, hardwareMs, timesyncd })
  },
})

async function readKernelTime(host: Host): Promise<Reading<number>> {
  const stat = await readText(host, '/proc/stat', { maxBytes: 4 << 20, keep: 'head' })
  const uptime = await readText(host, '/proc/uptime', { maxBytes: 4096 })
  const unread = [stat, uptime].find(reading => !isOk(reading) && !isMissing(reading))
  if (unread && !isOk(unread)) return unread
  if (!isOk(stat) || !isOk(uptime)) return unavailable('missing', 'the host has no /proc/stat or no /proc/uptime')
  const boot = /^btime (?<seconds>\d{1,12})$/m.exec(stat.value)?.groups?.seconds
  const since = /^(?<seconds>\d{1,12}\.\d{1,6}) /.exec(uptime.value)?.groups?.seconds
  if (boot === undefined || since === undefined)
    return unavailable('malformed', '/proc/stat or /proc/uptime has no time')
  return ok(Math.round((Number(boot) + Number(since)) * 1000))
}
