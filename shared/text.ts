import type { FileContent, Host, ReadOptions } from './host.ts'
import { mapReading, type Reading } from './reading.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** UTF-8 to text; invalid bytes become U+FFFD, a leading byte order mark stays visible. */
export const decodeText = ({ bytes }: Pick<FileContent, 'bytes'>): string => utf8.decode(bytes)

/** Reads a host file as text. */
export const readText = async (host: Host, path: string, options?: ReadOptions): Promise<Reading<string>> =>
  mapReading(await host.read(path, options), decodeText)

/**
 * Makes text safe for a terminal: replaces control characters (C0 except tab and newline, DEL, C1), escape sequences
 * and bidirectional overrides. Everything from a cluster passes through here before it is printed.
 */
export const printable = (text: string): string => text.replace(unsafe, '\u{FFFD}')

/** Makes one line of at most `max` characters. */
export function oneLine(text: string, max = 300): string {
  const line = printable(text).replace(/\s+/g, ' ').trim()
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}

/** A number with its noun: `1 node`, `3 nodes`. */
export const counted = (n: number | bigint, noun: string, plural = `${noun}s`): string =>
  `${n} ${Number(n) === 1 ? noun : plural}`

/** Compares texts by UTF-16 units, independent of any locale; for `sort`. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
