import type { Stats } from 'node:fs'
import { opendir, readlink } from 'node:fs/promises'
import type { FileEntry, Host } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { ok } from '../../shared/reading.ts'
import { readContent } from './content.ts'
import { guard, Refusal } from './failures.ts'
import type { Mounts } from './mounts.ts'
import { type Pinned, withPinned } from './pin.ts'
import { readSmallFiles } from './small-files.ts'

/** The file half of a live host. */
export const liveFiles = (mounts: Mounts): Pick<Host, 'read' | 'list' | 'stat' | 'readSmall'> => ({
  read: (path, options = {}) =>
    guard(path, async () =>
      ok(await withPinned(mounts, { path, followLast: true }, pinned => readContent(path, pinned, options))),
    ),
  list: path =>
    guard(path, async () =>
      ok(await withPinned(mounts, { path, followLast: true }, pinned => listNames(path, pinned))),
    ),
  stat: path => guard(path, async () => ok(await withPinned(mounts, { path, followLast: false }, describe))),
  readSmall: files => readSmallFiles(mounts, files).catch(() => files.names.map(() => null)),
})

async function listNames(path: string, pinned: Pinned): Promise<readonly string[]> {
  if (!pinned.stats.isDirectory()) throw new Refusal('failed', `${path} is no directory`)
  const names: string[] = []
  // One character per byte, so that their order is that of bytes, which UTF-16 order is not.
  for await (const { name } of await opendir(pinned.path, { encoding: 'latin1', bufferSize: 1024 })) {
    if (names.length >= limits.directoryEntries) {
      throw new Refusal('too-large', `${path} has more than ${limits.directoryEntries} entries`)
    }
    names.push(name)
  }
  return names.sort().map(name => (isAscii(name) ? name : Buffer.from(name, 'latin1').toString()))
}

const isAscii = (name: string): boolean => /^[\x20-\x7e]*$/.test(name)

async function describe({ stats, foundAt }: Pinned): Promise<FileEntry> {
  const type = typeOf(stats)
  const base = { type, mtime: stats.mtime.toISOString(), inode: stats.ino }
  if (type === 'link') return { ...base, target: await readlink(foundAt) }
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
  return type === 'file' ? { ...base, mode, size: stats.size } : { ...base, mode }
}

function typeOf(stats: Stats): FileEntry['type'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'dir'
  if (stats.isSymbolicLink()) return 'link'
  return stats.isSocket() ? 'socket' : 'other'
}
