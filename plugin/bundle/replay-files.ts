import { posix } from 'node:path'
import type { FileContent, FileEntry, Host, ReadOptions } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { isOk, ok, type Reading, unavailable } from '../../shared/reading.ts'
import {
  absence,
  type FileIndex,
  type IndexEntry,
  missing,
  notRecorded,
  readIndex,
  recordedError,
} from './file-index.ts'
import type { BundleSource } from './source.ts'

const mostLinks = 40

/** The file half of a replayed host: `files.json` and `files/` of one folder of the bundle. */
export async function replayFiles(source: BundleSource, folder: string): Promise<Pick<Host, 'read' | 'list' | 'stat'>> {
  const reading = await readIndex(source, folder)
  if (!isOk(reading)) return { read: async () => reading, list: async () => reading, stat: async () => reading }
  const recorded: Recorded = { source, folder, index: reading.value }
  return {
    read: (path, options = {}) => read(recorded, ownOr(recorded.index, path, resolve), options),
    list: path => list(recorded, ownOr(recorded.index, path, resolve)),
    stat: path => examine(recorded, ownOr(recorded.index, path, resolveFolder)),
  }
}

interface Recorded {
  readonly source: BundleSource
  readonly folder: string
  readonly index: FileIndex
}

/** Reads are recorded under the requested path, even when a component of it is a link. */
function ownOr(index: FileIndex, path: string, follow: (index: FileIndex, path: string) => string): string {
  const own = index.get(path)
  const isKnown = own !== undefined && (own.type !== 'link' || own.content === true || own.entries !== undefined)
  return isKnown ? path : follow(index, path)
}

const resolveFolder = (index: FileIndex, path: string): string =>
  resolve(index, posix.dirname(path), posix.basename(path))

/** Resolves recorded links in every component; `last` is appended without being resolved. */
function resolve(index: FileIndex, path: string, last?: string): string {
  let done = '/'
  let rest = path.split('/').filter(Boolean)
  for (let hops = 0; rest.length > 0; ) {
    const [step = '', ...others] = rest
    const here = posix.join(done, step)
    const entry = index.get(here)
    // Content that was read through a link is recorded under the link's own path.
    const target = entry?.type === 'link' && entry.content !== true ? entry.target : undefined
    if (target === undefined || ++hops > mostLinks) {
      done = here
      rest = others
    } else {
      done = target.startsWith('/') ? '/' : done
      rest = [...target.split('/').filter(Boolean), ...others]
    }
  }
  return last === undefined ? done : posix.join(done, last)
}

async function read(recorded: Recorded, path: string, options: ReadOptions): Promise<Reading<FileContent>> {
  const key = options.sample === 2 ? `${path}#2` : path
  const entry = recorded.index.get(key)
  if (entry?.type === 'missing') return missing(path)
  if (entry?.type === 'error') return recordedError(path, entry.error)
  if (entry && entry.type !== 'file' && entry.content !== true)
    return unavailable('failed', `${path} is no regular file`)
  const bytes = entry?.content === false ? null : await recorded.source.read(`${recorded.folder}/files${key}`)
  if (bytes) return cut(bytes, { path, options, truncated: entry?.truncated })
  return readHead(recorded, { path, entry, options })
}

/** When a file's content is not kept, its first bytes are recorded under `<path>#head`. */
async function readHead(
  recorded: Recorded,
  { path, entry, options }: { path: string; entry: IndexEntry | undefined; options: ReadOptions },
): Promise<Reading<FileContent>> {
  const head = options.keep === 'head' ? await recorded.source.read(`${recorded.folder}/files${path}#head`) : null
  if (head) return ok({ bytes: head.subarray(0, options.maxBytes ?? head.length), truncated: 'head' })
  if (entry) return entry.size === 0 ? ok({ bytes: new Uint8Array(), truncated: null }) : notRecorded(path)
  return absence(recorded.index, path)
}

function cut(
  bytes: Uint8Array,
  { path, options, truncated }: { path: string; options: ReadOptions; truncated: string | undefined },
): Reading<FileContent> {
  const most = options.maxBytes ?? limits.fileBytes
  const before = truncated === 'head' || truncated === 'tail' ? truncated : null
  if (bytes.length <= most) return ok({ bytes, truncated: before })
  if (options.keep === 'head') return ok({ bytes: bytes.subarray(0, most), truncated: 'head' })
  if (options.keep === 'tail') return ok({ bytes: bytes.subarray(bytes.length - most), truncated: 'tail' })
  return unavailable('too-large', `${path} has ${bytes.length} bytes, more than ${most}`)
}

/** Names from the index, or exactly the files in the folder of a bundle written by hand. */
async function list(recorded: Recorded, path: string): Promise<Reading<readonly string[]>> {
  const entry = recorded.index.get(path)
  if (entry?.type === 'missing') return missing(path)
  if (entry?.type === 'error') return recordedError(path, entry.error)
  if (entry?.entries) return ok(entry.entries)
  if (entry && entry.type !== 'dir') return unavailable('failed', `${path} is no directory`)
  const names = await recorded.source.list(`${recorded.folder}/files${path}`)
  if (names) return ok(names.filter(name => !/#(?:head|2)$/.test(name)))
  const links = linksIn(recorded.index, path)
  return links.length > 0 ? ok(links) : absence(recorded.index, path)
}

/** Process descriptors are recorded one by one, and only sockets. */
const linksIn = (index: FileIndex, path: string): readonly string[] =>
  /^\/proc\/\d+\/fd$/.test(path)
    ? [...index].flatMap(([key, { type }]) =>
        type === 'link' && posix.dirname(key) === path ? [posix.basename(key)] : [],
      )
    : []

const toEntry = ({ size, mode, mtime, inode, target }: IndexEntry, type: FileEntry['type']): FileEntry =>
  type === 'link' ? { type, mode, mtime, target } : { type, size, mode, mtime, inode }

async function examine(recorded: Recorded, path: string): Promise<Reading<FileEntry>> {
  const entry = recorded.index.get(path)
  if (entry?.type === 'missing') return missing(path)
  if (entry?.type === 'error') return recordedError(path, entry.error)
  if (entry) return ok(toEntry(entry, entry.type))
  const bytes = await recorded.source.read(`${recorded.folder}/files${path}`)
  if (bytes) return ok({ type: 'file', size: bytes.length, mode: '0644' })
  if (await recorded.source.list(`${recorded.folder}/files${path}`)) return ok({ type: 'dir' })
  return absence(recorded.index, path)
}
