import { opendir, readlink } from 'node:fs/promises'
import type { FileEntry, Host } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { ok } from '../../shared/reading.ts'
import { readContent } from './content.ts'
import { entryOf, namesOf } from './entry.ts'
import { guard, Refusal } from './failures.ts'
import { kernelSettings } from './kernel-settings.ts'
import type { Mounts } from './mounts.ts'
import { type Pinned, withPinned } from './pin.ts'
import { readSmallFiles } from './small-files.ts'

/** The file half of a live host. */
export function liveFiles(mounts: Mounts): Pick<Host, 'read' | 'list' | 'stat' | 'readSmall'> {
  const settings = kernelSettings(mounts)
  const hold = async <T>(path: string, followLast: boolean, use: (pinned: Pinned) => Promise<T>) =>
    ok(await withPinned(mounts, { path, followLast }, use))
  return {
    read: (path, options = {}) =>
      guard(path, async () => {
        const quick = settings.read(path, options)
        return quick ? ok(quick) : hold(path, true, pinned => readContent(path, pinned, options))
      }),
    list: path =>
      guard(path, async () => {
        const quick = settings.list(path)
        return quick ? ok(quick) : hold(path, true, pinned => listNames(path, pinned))
      }),
    stat: path =>
      guard(path, async () => {
        const quick = settings.stat(path)
        return quick ? ok(quick) : hold(path, false, describe)
      }),
    readSmall: files => readSmallFiles(mounts, files).catch(() => files.names.map(() => null)),
  }
}

async function listNames(path: string, pinned: Pinned): Promise<readonly string[]> {
  if (!pinned.stats.isDirectory()) throw new Refusal('failed', `${path} is no directory`)
  const names: string[] = []
  for await (const { name } of await opendir(pinned.path, { encoding: 'latin1', bufferSize: 1024 })) {
    names.push(name)
    if (names.length > limits.directoryEntries) break
  }
  return namesOf(path, names)
}

const describe = async ({ stats, foundAt }: Pinned): Promise<FileEntry> =>
  entryOf(stats, stats.isSymbolicLink() ? await readlink(foundAt) : null)
