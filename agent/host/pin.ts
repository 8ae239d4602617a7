import { constants, type Stats } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { descriptor } from './descriptor.ts'
import { Refusal } from './failures.ts'
import { type Mounts, reach } from './mounts.ts'
import { resolvePath } from './resolve.ts'

/** A file held by an O_PATH descriptor, so that it cannot be swapped for another one before it is opened. */
export interface Pinned {
  /** Opening this path opens exactly this file. */
  readonly path: string
  /** The path at which it was found, as this process sees it. */
  readonly foundAt: string
  readonly stats: Stats
}

/** O_PATH on Linux: does not open the file, so a FIFO does not block and a device has no side effect. */
const findOnly = 0o10000000 | constants.O_NOFOLLOW

/**
 * Finds a host path, never outside of the host's root, and holds it until `use` ends. Throws system errors and Refusal.
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
 * Links below /sys are made by the kernel and are relative, so they cannot lead outside. Every device is behind such a
 * link, and resolving each step separately is most of the work.
 */
const ownLinks = (mounts: Mounts, path: string): string | null => (path.startsWith('/sys/') ? `${mounts.sys}/` : null)

interface Way {
  readonly followLast: boolean
  /** Links on the way are accepted when they lead to a place below this folder. */
  readonly within: string | null
}

/**
 * Holds the file if no link is on the way to it, otherwise null. Detects a folder that was swapped for a link
 * meanwhile.
 */
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

/** The kernel appends this suffix to a bind mount whose source was deleted. */
const isAt = (foundAt: string, real: string): boolean => foundAt === real || foundAt === `${real} (deleted)`
