import { readFileSync } from 'node:fs'

/** A function that reads untrusted input, with real examples of it. */
export interface Entry {
  readonly seeds: readonly string[]
  /** Calls the function; may return a promise. May throw only ProtocolViolation and NetcheckError `BUNDLE`. */
  readonly parse: (text: string) => unknown
}

/** Entries by file and export. */
export type Entries = Readonly<Record<string, Readonly<Record<string, Entry>>>>

/** An entry with seeds by file name; byte seeds have one character per byte. */
export const entry = (names: string, parse: Entry['parse']): Entry => ({ seeds: names.split(' ').map(load), parse })

const load = (name: string): string =>
  readFileSync(new URL(`./seeds/${name}`, import.meta.url), name.endsWith('.bin') ? 'latin1' : 'utf8')

/** Converts a text with one character per byte to bytes. */
export const toBytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** The parsed JSON of a text, or the text itself when it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Arguments of a program: the lines of a text. */
export const linesOf = (text: string): readonly string[] => text.split(/[\n\0]/)
