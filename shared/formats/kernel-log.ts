import * as z from 'zod/mini'

export const kernelEntrySchema = z.object({
  /** By the kernel's clock, which stops while the machine sleeps; null when only a journal was read. */
  secondsSinceBoot: z.nullable(z.number()),
  /** RFC 3339, if from a journal. */
  time: z.nullable(z.string()),
  /** 0 (emergency) to 7 (debug) as in syslog(2); null when unknown. */
  level: z.nullable(z.number()),
  message: z.string(),
})
export type KernelEntry = z.infer<typeof kernelEntrySchema>

/** Number of newest messages to keep, and characters of each. */
const mostEntries = 2000
const mostCharacters = 1024

/** `<6>[   12.345678] eth0: link up`, as `dmesg -r` and `dmesg` print, with or without a caller after the time. */
const ringLine =
  /^(?:<(?<priority>\d{1,6})>)?\[ {0,12}(?<seconds>\d{1,10}\.\d{1,9})\](?:\[ {0,8}[TC]\d{1,10}\])? ?(?<message>.*)$/s
/** `6,197,94521,-;message` of /dev/kmsg. */
const kmsgLine = /^(?<priority>\d{1,6}),\d{1,20},(?<usec>\d{1,18}),[^;]{1,64};(?<message>.*)$/s
/** `2026-11-21T01:40:02+0000 node2 kernel: message` of a journal or syslog. */
const journalLine =
  /^(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) \S{1,255} kernel: (?:\[ {0,12}(?<seconds>\d{1,10}\.\d{1,9})\] )?(?<message>.*)$/s
const syslogLine =
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,255} kernel: (?:\[ {0,12}(?<seconds>\d{1,10}\.\d{1,9})\] )?(?<message>.*)$/s

/**
 * Parses kernel messages, oldest first, at most the newest 2,000. Lines of other programs are left out. Never throws.
 */
export function parseKernelLog(text: string): KernelEntry[] {
  return text
    .split('\n')
    .slice(-mostEntries * 4)
    .flatMap(readLine)
    .slice(-mostEntries)
}

function readLine(line: string): KernelEntry[] {
  const groups = (ringLine.exec(line) ?? kmsgLine.exec(line) ?? journalLine.exec(line) ?? syslogLine.exec(line))?.groups
  if (!groups) return []
  const { priority, seconds, usec, time, message = '' } = groups
  return [
    {
      secondsSinceBoot: seconds === undefined ? (usec === undefined ? null : Number(usec) / 1e6) : Number(seconds),
      time: time === undefined ? null : toTime(time),
      level: priority === undefined ? null : Number(priority) % 8,
      message: message.slice(0, mostCharacters).trimEnd(),
    },
  ]
}

function toTime(text: string): string | null {
  const ms = Date.parse(text.replace(',', '.').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
