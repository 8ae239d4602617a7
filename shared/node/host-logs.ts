import * as z from 'zod/mini'
import { readOutput } from '../discovery/command-output.ts'
import { type LogSource, logSources, programsOfLogs, systemLogs } from '../discovery/log-sources.ts'
import { findProcessLogs } from '../discovery/process-logs.ts'
import { keepsUtc } from '../discovery/time-zone.ts'
import { mapReads } from '../discovery/values.ts'
import { type LogClock, type LogEntry, logEntrySchema, parseLogLines } from '../formats/log-lines.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'

/** Logs of node programs: journals of the last hour, and the ends of files. */
export const hostLogsSchema = z.object({
  logs: z.array(
    z.object({
      component: z.enum(['kubelet', 'runtime', 'kube-proxy', 'cni']),
      /** The name of a journal's command, or the path of a file. */
      source: z.string(),
      /** Oldest first; empty for an empty journal, `missing` without a journal or file. */
      entries: readingOf(z.array(logEntrySchema)),
    }),
  ),
})
export type HostLogs = z.infer<typeof hostLogsSchema>
type Log = HostLogs['logs'][number]

/** Bytes read from the end of a file: some minutes of a busy log. */
const fileBytes = 256 << 10

export const hostLogs = definePart<HostLogs>({
  schema: hostLogsSchema,
  collect: async (host, context) => {
    const clock = { now: context.now(), isUtc: await keepsUtc(host) }
    const logs = await mapReads(logSources, source => readSource(host, source, clock))
    const hasJournal = logs.some(({ source, entries }) => source.startsWith('journal-') && isOk(entries))
    const others = hasJournal ? [] : await Promise.all([readSystemLogs(host, clock), readOutputs(host, clock)])
    const all = [...logs, ...others.flat()]
    const unread = all.find(({ entries }) => !isOk(entries) && !isMissing(entries))?.entries
    const isNothingKnown = all.every(({ entries }) => !isOk(entries)) && unread !== undefined && !isOk(unread)
    return isNothingKnown ? unread : ok({ logs: all })
  },
})

async function readSource(host: Host, source: LogSource, clock: LogClock): Promise<Log> {
  const { component, journal, path = '', marker } = source
  const text = journal === undefined ? await readEnd(host, path) : await readJournal(host, { journal, marker })
  return { component, source: journal ?? path, entries: mapReading(text, value => parseLogLines(value, clock)) }
}

async function readJournal(
  host: Host,
  { journal, marker }: { journal: NonNullable<LogSource['journal']>; marker: string | undefined },
): Promise<Reading<string>> {
  const place = marker === undefined ? null : await host.stat(marker)
  if (place !== null && isMissing(place)) return unavailable('missing', `${marker} does not exist`)
  const result = await host.run(journal)
  const isWithout = isOk(result) && /No journal files were found|No such file or directory/.test(result.value.stderr)
  if (isWithout) return unavailable('missing', 'the host keeps no journal')
  // No unit matching the pattern has ever logged.
  if (isOk(result) && /No data available/.test(result.value.stderr)) return ok('')
  return readOutput(host, journal)
}

/** The first line of a truncated file is incomplete. */
async function readEnd(host: Host, path: string): Promise<Reading<string>> {
  const text = await readText(host, path, { maxBytes: fileBytes, keep: 'tail' })
  return mapReading(text, value => (value.length < fileBytes ? value : value.slice(value.indexOf('\n') + 1)))
}

async function readOutputs(host: Host, clock: LogClock): Promise<Log[]> {
  const known = new Set(logSources.map(({ path }) => path))
  const sources = (await findProcessLogs(host)).filter(({ path }) => !known.has(path))
  return mapReads(sources, source => readSource(host, source, clock))
}

async function readSystemLogs(host: Host, clock: LogClock): Promise<Log[]> {
  const logs = await mapReads(systemLogs, async path => {
    const text = await readEnd(host, path)
    const entries = mapReading(text, value => parseLogLines(value, clock))
    return programsOfLogs.map(({ component, programs }) => ({
      component,
      source: path,
      entries: mapReading(entries, all => all.filter(entry => isOf(entry, programs))),
    }))
  })
  return logs.flat()
}

const isOf = ({ program }: LogEntry, programs: RegExp): boolean => program !== null && programs.test(program)
