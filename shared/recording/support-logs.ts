import { type CommandName, commands, newestLines } from '../commands.ts'
import { findSupportLogs, type SupportLog } from '../discovery/support-logs.ts'
import type { Host } from '../host.ts'
import { isMissing, isOk } from '../reading.ts'

/** Limits of the logs meant for people. */
export interface LogBounds {
  /** Maximum size of one log; its end is read. */
  readonly logBytes: number
  readonly sinceMinutes: number
  /** Milliseconds since the epoch, by the host's clock. */
  readonly now: number
}

/** A log that was left out, and why. */
export interface LeftOut {
  readonly what: string
  readonly message: string
}

/** Limits on the number of logs and their total size. */
const mostLogs = 120
const mostBytes = 96 << 20

/**
 * Reads logs that no check uses but that support needs: of the CNI, of DNS and proxy pods, and longer journals. A
 * recording host keeps them. Returns what was left out.
 */
export async function readSupportLogs(host: Host, bounds: LogBounds): Promise<readonly LeftOut[]> {
  const left: LeftOut[] = []
  let room = mostBytes
  for (const [at, log] of (await findSupportLogs(host)).entries()) {
    const why = at >= mostLogs ? `more than ${mostLogs} logs` : await refusal(host, log, bounds)
    // Sequential, because each may be megabytes.
    const read = why === null && room > 0 ? await host.read(log.path, readOptions(bounds, room)) : null
    if (read && isOk(read)) room -= read.value.bytes.length
    else if (why !== '' && !(read && isMissing(read))) left.push({ what: log.path, message: why ?? reasonOf(read) })
  }
  for (const name of journals) await readJournal(host, name, bounds)
  return left
}

const readOptions = ({ logBytes }: LogBounds, room: number) =>
  ({ maxBytes: Math.min(logBytes, room), keep: 'tail' }) as const

const reasonOf = (read: Awaited<ReturnType<Host['read']>> | null): string =>
  read === null || isOk(read) ? `other logs have more than ${mostBytes >> 20} MiB` : read.detail

/** Why a log is left out; null when it is wanted, empty when it does not exist. */
async function refusal(host: Host, { path, isAlways }: SupportLog, bounds: LogBounds): Promise<string | null> {
  const entry = await host.stat(path)
  if (!isOk(entry)) return isMissing(entry) ? '' : entry.detail
  if (isAlways || entry.value.mtime === undefined) return null
  const written = Date.parse(entry.value.mtime)
  const isOld = written < bounds.now - bounds.sinceMinutes * 60_000
  return isOld ? `last written ${entry.value.mtime}, before the time that was asked for` : null
}

// Object.keys loses the key type of the table.
const journals = (Object.keys(commands) as (keyof typeof commands)[]).filter(name => name.startsWith('journal-'))

/** Checks read one hour and some thousand lines of a journal; it is read again when more is wanted. */
async function readJournal(host: Host, name: keyof typeof commands, { sinceMinutes }: LogBounds): Promise<void> {
  const usual = await host.run(name)
  if (!isOk(usual) || usual.value.exitCode !== 0) return
  const isWhole = usual.value.stdout.split('\n').length <= newestLines
  if (isWhole && sinceMinutes <= 60) return
  const longer: CommandName = `since-${sinceMinutes}m-${name}`
  await host.run(longer)
}
