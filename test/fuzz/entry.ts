import { readFileSync } from 'node:fs'

/** A function that reads what others wrote, and real texts of the kind it reads. */
export interface Entry {
  readonly seeds: readonly string[]
  /** Gives what the function gives, or a promise of it. May throw ProtocolViolation, and NetcheckError `BUNDLE`, only. */
  readonly parse: (text: string) => unknown
}

/** By the name of a file, and the name of what it exports. */
export type Entries = Readonly<Record<string, Readonly<Record<string, Entry>>>>

/** An entry with seeds by their file's name; one character per byte in those of bytes. */
export const entry = (names: string, parse: Entry['parse']): Entry => ({ seeds: names.split(' ').map(load), parse })

const load = (name: string): string =>
  readFileSync(new URL(`./seeds/${name}`, import.meta.url), name.endsWith('.bin') ? 'latin1' : 'utf8')

/** Bytes of a text with one character per byte. */
export const toBytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** A value as it comes out of JSON; text that is none stands for itself. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Arguments of a program: the lines of a text. */
export const linesOf = (text: string): readonly string[] => text.split(/[\n\0]/)
