import type { Stats } from 'node:fs'
import { constants, type FileHandle, open, readlink } from 'node:fs/promises'
import { Refusal } from './failures.ts'
import { type Mounts, reach } from './mounts.ts'
import { resolvePath } from './resolve.ts'

/** A file that can no longer be exchanged for another one. It was found, but not opened. */
export interface Pinned {
  /** Opens exactly this file. */
  readonly path: string
  /** Where it was found, for this process. */
  readonly foundAt: string
  readonly stats: Stats
}

/** Linux: only finds the file, so that a FIFO does not block and a device does not act. */
const findOnly = 0o10000000 | constants.O_NOFOLLOW

/**
 * Finds what stands under a path of the host, never outside of its root, and hands it over until `use` ends.
 * Throws system errors and Refusal.
 */
export async function withPinned<T>(
  mounts: Mounts,
  { path, followLast }: Wanted,
  use: (pinned: Pinned) => Promise<T>,
): Promise<T> {
  const direct = await pin(reach(mounts, path), followLast).catch(() => null)
  const found = direct ?? (await pinResolved(mounts, { path, followLast }))
  try {
    return await use(found.pinned)
  } finally {
    await found.handle.close()
  }
}

interface Wanted {
  readonly path: string
  readonly followLast: boolean
}

interface Found {
  readonly handle: FileHandle
  readonly pinned: Pinned
}

async function pinResolved(mounts: Mounts, { path, followLast }: Wanted): Promise<Found> {
  const found = await pin(reach(mounts, await resolvePath(mounts, path, { followLast })), followLast)
  if (found) return found
  throw new Refusal('failed', `${path} changed while it was looked up`)
}

/** Finds the file if no link is on the way to it; else null. Whoever exchanges a folder for a link meanwhile is seen. */
async function pin(real: string, followLast: boolean): Promise<Found | null> {
  const handle = await open(real, findOnly)
  try {
    const path = `/proc/self/fd/${handle.fd}`
    const [stats, foundAt] = await Promise.all([handle.stat(), readlink(path)])
    if (foundAt === real && !(followLast && stats.isSymbolicLink())) return { handle, pinned: { path, foundAt, stats } }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return null
}
