import * as z from 'zod/mini'

export const logEntrySchema = z.object({
  /** RFC 3339 in UTC; null when the line has no time, or one without year or zone that cannot be completed. */
  time: z.nullable(z.string()),
  level: z.nullable(z.enum(['fatal', 'error', 'warning', 'info', 'debug'])),
  /** The program according to the log; null in a single program's file. */
  program: z.nullable(z.string()),
  /** Message without the log's prefix; continuation lines are joined. */
  message: z.string(),
})
export type LogEntry = z.infer<typeof logEntrySchema>

/** Completes times without year and zone: when the log was read, and whether the host uses UTC. */
export interface LogClock {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly isUtc: boolean
}

/** Number of newest entries to keep, and characters of each. */
const mostEntries = 2000
const mostCharacters = 2048

/**
 * Parses a log of journalctl, syslog or a program itself, oldest first, at most the newest 2,000 entries. Lines may be
 * in klog, logrus or any other format. Never throws; other text gives entries without time.
 */
export function parseLogLines(text: string, clock: LogClock): LogEntry[] {
  const entries: LogEntry[] = []
  for (const line of lastLines(text)) {
    const previous = entries.at(-1)
    // journalctl's own remarks, such as `-- No entries --`.
    if (line.trim() === '' || line.startsWith('-- ')) continue
    if (/^\s/.test(line) && previous) entries[entries.length - 1] = append(previous, line)
    else entries.push(readLine(line, clock))
  }
  return entries.slice(-mostEntries)
}

/** Keeps twice as many lines as entries, because some are joined. */
function lastLines(text: string): string[] {
  let start = text.length
  for (let count = 0; count <= mostEntries * 2 && start > 0; count++) start = text.lastIndexOf('\n', start - 1)
  return text.slice(Math.max(0, start)).split('\n')
}

const append = (entry: LogEntry, line: string): LogEntry => ({
  ...entry,
  message: shorten(`${entry.message}\n${line.slice(0, mostCharacters).trim()}`),
})

const shorten = (text: string): string =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text

/** `2026-11-21T01:40:02+0000 node2 containerd[633]: …`, as journalctl -o short-iso and newer rsyslog have it. */
const isoLine =
  /^(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) \S{1,255} (?<program>[^\s:[\]]{1,128})(?:\[\d{1,10}\])?: ?(?<rest>.*)$/s
/** `Nov 21 01:40:02 node2 containerd[633]: …`, without year and zone. */
const syslogLine =
  /^(?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<clock>\d\d:\d\d:\d\d) \S{1,255} (?<program>[^\s:[\]]{1,128})(?:\[\d{1,10}\])?: ?(?<rest>.*)$/s

function readLine(line: string, clock: LogClock): LogEntry {
  const iso = isoLine.exec(line)?.groups
  if (iso) return make({ rest: iso.rest, program: iso.program, time: toTime(iso.time) }, clock)
  const syslog = syslogLine.exec(line)?.groups
  if (syslog) {
    const month = months.indexOf(syslog.month ?? '')
    const time = guessTime({ month, day: Number(syslog.day), time: syslog.clock ?? '' }, clock)
    return make({ rest: syslog.rest, program: syslog.program, time }, clock)
  }
  return make({ rest: line, program: undefined, time: null }, clock)
}

interface Prefix {
  readonly rest: string | undefined
  readonly program: string | undefined
  readonly time: string | null
}

function make({ rest = '', program, time }: Prefix, clock: LogClock): LogEntry {
  const own = readMessage(rest.slice(0, mostCharacters), clock)
  return { time: time ?? own.time, level: own.level, program: program ?? null, message: shorten(rest) }
}

type Own = Pick<LogEntry, 'time' | 'level'>

const klog = /^(?<level>[IWEF])(?<month>\d\d)(?<day>\d\d) (?<time>\d\d:\d\d:\d\d\.\d{1,9})\s/
const logrus = /^time="(?<time>[^"]{1,64})" level=(?<level>[a-z]{1,10})\b/
/** Any other line with a leading time and a level in brackets, as of Calico's plugin. */
const plain =
  /^(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)(?:[^[]{0,3}\[(?<level>[A-Z]{4,7})\])?/
const json = /^\{"level":"(?<level>[a-z]{1,10})","(?:ts|time)":"(?<time>[^"]{1,64})"/

/** Time and level in the program's own message. */
function readMessage(message: string, clock: LogClock): Own {
  const short = klog.exec(message)?.groups
  if (short) {
    const time = guessTime({ month: Number(short.month) - 1, day: Number(short.day), time: short.time ?? '' }, clock)
    return { time, level: levels[short.level ?? ''] ?? null }
  }
  const groups = (logrus.exec(message) ?? json.exec(message) ?? plain.exec(message))?.groups
  return groups
    ? { time: toTime(groups.time), level: levels[groups.level?.toLowerCase() ?? ''] ?? null }
    : { time: null, level: null }
}

const levels: Readonly<Record<string, LogEntry['level']>> = {
  F: 'fatal',
  E: 'error',
  W: 'warning',
  I: 'info',
  fatal: 'fatal',
  panic: 'fatal',
  error: 'error',
  warn: 'warning',
  warning: 'warning',
  info: 'info',
  debug: 'debug',
  trace: 'debug',
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Only a time with a zone is certain. */
function toTime(text = ''): string | null {
  if (!/(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return null
  const ms = Date.parse(
    text
      .replace(',', '.')
      .replace(' ', 'T')
      .replace(/([+-]\d\d)(\d\d)$/, '$1:$2'),
  )
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

/** The latest matching day that is not in the future: a log of December may be read in January. */
function guessTime(
  { month, day, time }: { month: number; day: number; time: string },
  { now, isUtc }: LogClock,
): string | null {
  if (!isUtc || month < 0 || month > 11) return null
  const year = new Date(now).getUTCFullYear()
  const pad = (value: number) => String(value).padStart(2, '0')
  for (const candidate of [year, year - 1]) {
    const ms = Date.parse(`${candidate}-${pad(month + 1)}-${pad(day)}T${time}Z`)
    if (ms <= now + 86_400_000) return new Date(ms).toISOString()
  }
  return null
}
