import { type Dir, opendirSync } from 'node:fs'
import { opendir, readlink } from 'node:fs/promises'
import type { FileEntry, Host } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { ok } from '../../shared/reading.ts'
import { expectMuch } from '../engine.ts'
import { readContent } from './content.ts'
import { entryOf, namesOf } from './entry.ts'
import { guard, Refusal } from './failures.ts'
import { kernelSettings } from './kernel-settings.ts'
import type { Mounts } from './mounts.ts'
import { type Pinned, withPinned } from './pin.ts'
import { isLocal, readSmallFiles } from './small-files.ts'

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
  const isQuick = pinned.stats.size > largeFolder && (await isLocal(pinned.path))
  if (isQuick) expectMuch()
  return namesOf(
    path,
    isQuick ? takeAll(opendirSync(pinned.path, bulk)) : await receiveAll(await opendir(pinned.path, bulk)),
  )
}

const bulk = { encoding: 'latin1', bufferSize: 1024 } as const

/**
 * Directory size from which there are thousands of names, where one promise per file costs more than the read itself.
 */
const largeFolder = 64 << 10

function takeAll(folder: Dir): readonly string[] {
  const names: string[] = []
  try {
    for (let entry = folder.readSync(); entry && names.length <= limits.directoryEntries; entry = folder.readSync()) {
      names.push(entry.name)
    }
  } finally {
    folder.closeSync()
  }
  return names
}

async function receiveAll(folder: Dir): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { name } of folder) {
    names.push(name)
    if (names.length > limits.directoryEntries) break
  }
  return names
}

const describe = async ({ stats, foundAt }: Pinned): Promise<FileEntry> =>
  entryOf(stats, stats.isSymbolicLink() ? await readlink(foundAt) : null)
