import { constants, type Stats } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { descriptor } from './descriptor.ts'
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
  const direct = await pin(reach(mounts, path), { followLast, within: ownLinks(mounts, path) }).catch(() => null)
  const found = direct ?? (await pinResolved(mounts, { path, followLast }))
  try {
    return await use(found.pinned)
  } finally {
    await descriptor.close(found.fd)
  }
}

interface Wanted {
  readonly path: string
  readonly followLast: boolean
}

interface Found {
  readonly fd: number
  readonly pinned: Pinned
}

async function pinResolved(mounts: Mounts, { path, followLast }: Wanted): Promise<Found> {
  const found = await pin(reach(mounts, await resolvePath(mounts, path, { followLast })), { followLast, within: null })
  if (found) return found
  throw new Refusal('failed', `${path} changed while it was looked up`)
}

/**
 * Below /sys links are the kernel's own, and none of them is absolute: what is found below it was found rightly. Every
 * device is behind such a link, and to follow it step by step is most of the work.
 */
const ownLinks = (mounts: Mounts, path: string): string | null => (path.startsWith('/sys/') ? `${mounts.sys}/` : null)

interface Way {
  readonly followLast: boolean
  /** Links may be on the way if they lead to a place below this folder. */
  readonly within: string | null
}

/** Finds the file if no link is on the way to it; else null. Whoever exchanges a folder for a link meanwhile is seen. */
async function pin(real: string, { followLast, within }: Way): Promise<Found | null> {
  const fd = await descriptor.open(real, findOnly)
  try {
    const path = `/proc/self/fd/${fd}`
    const [stats, foundAt] = await Promise.all([descriptor.stat(fd), readlink(path)])
    const isRight = isAt(foundAt, real) || (within !== null && foundAt.startsWith(within))
    if (isRight && !(followLast && stats.isSymbolicLink())) return { fd, pinned: { path, foundAt, stats } }
  } catch (error) {
    await descriptor.close(fd)
    throw error
  }
  await descriptor.close(fd)
  return null
}

/** A file that is mounted over another one and whose source is gone is still there, with this suffix. */
const isAt = (foundAt: string, real: string): boolean => foundAt === real || foundAt === `${real} (deleted)`
