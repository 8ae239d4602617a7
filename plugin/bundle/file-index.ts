import { posix } from 'node:path'
import * as z from 'zod/mini'
import { isOk, ok, type Reading, type Reason, unavailable } from '../../shared/reading.ts'
import { readJson } from './json.ts'
import type { BundleSource } from './source.ts'

const entrySchema = z.object({
  type: z.enum(['file', 'dir', 'link', 'socket', 'other', 'missing', 'error']),
  size: z.optional(z.number()),
  mode: z.optional(z.string()),
  mtime: z.optional(z.string()),
  inode: z.optional(z.number()),
  target: z.optional(z.string()),
  entries: z.optional(z.array(z.string())),
  content: z.optional(z.boolean()),
  truncated: z.optional(z.string()),
  error: z.optional(z.string()),
})
export type IndexEntry = z.infer<typeof entrySchema>

export type FileIndex = ReadonlyMap<string, IndexEntry>

/** Reads a node's `files.json`. A bundle written by hand may lack it; with a broken one every read is malformed. */
export async function readIndex(source: BundleSource, folder: string): Promise<Reading<FileIndex>> {
  const reading = await readJson(source, `${folder}/files.json`, z.record(z.string(), entrySchema))
  if (isOk(reading)) return ok(new Map(Object.entries(reading.value)))
  return reading.reason === 'not-recorded' ? ok(new Map()) : reading
}

/**
 * The reading for a path that the recording does not contain: `missing` when a recorded listing of a folder above it
 * lacks it, otherwise `not-recorded`, because absence from a bundle proves nothing.
 */
export function absence(index: FileIndex, path: string): Reading<never> {
  for (let child = path; child !== '/'; child = posix.dirname(child)) {
    const parent = index.get(posix.dirname(child))
    if (parent?.type === 'missing') return missing(path)
    if (parent?.entries) return namesOf(parent.entries).has(posix.basename(child)) ? notRecorded(path) : missing(path)
  }
  return notRecorded(path)
}

const nameSets = new WeakMap<readonly string[], ReadonlySet<string>>()

/** A set, because a store may have 65,536 names that are each looked up. */
function namesOf(entries: readonly string[]): ReadonlySet<string> {
  const known = nameSets.get(entries) ?? new Set(entries)
  nameSets.set(entries, known)
  return known
}

/** The reading of a path that did not exist when it was recorded. */
export const missing = (path: string) => unavailable('missing', `${path} does not exist`)
/** The reading of a path that was not recorded. */
export const notRecorded = (path: string) => unavailable('not-recorded', `the recording does not hold ${path}`)

/** The reading for a recorded errno. */
export const recordedError = (path: string, error = 'unknown error'): Reading<never> =>
  unavailable(errnoReasons[error] ?? 'failed', `${path}: ${error}`)

const errnoReasons: Readonly<Record<string, Reason>> = {
  EACCES: 'denied',
  EPERM: 'denied',
  ETIMEDOUT: 'timeout',
  EFBIG: 'too-large',
}
