import type { Stats } from 'node:fs'
import type { FileEntry } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { Refusal } from './failures.ts'

/** Converts stat results to the host port's form; `target` is a link's text. */
export function entryOf(stats: Stats, target: string | null): FileEntry {
  const type = typeOf(stats)
  const base = { type, mtime: stats.mtime.toISOString(), inode: stats.ino }
  if (target !== null) return { ...base, target }
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
  return type === 'file' ? { ...base, mode, size: stats.size } : { ...base, mode }
}

function typeOf(stats: Stats): FileEntry['type'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'dir'
  if (stats.isSymbolicLink()) return 'link'
  return stats.isSocket() ? 'socket' : 'other'
}

/**
 * Names of a folder sorted by bytes, which differs from UTF-16 order; the input therefore holds one character per byte.
 * Throws Refusal when there are too many.
 */
export function namesOf(path: string, latin1: readonly string[]): readonly string[] {
  if (latin1.length > limits.directoryEntries) {
    throw new Refusal('too-large', `${path} has more than ${limits.directoryEntries} entries`)
  }
  return latin1.toSorted().map(name => (isAscii(name) ? name : Buffer.from(name, 'latin1').toString()))
}

const isAscii = (name: string): boolean => /^[\x20-\x7e]*$/.test(name)
