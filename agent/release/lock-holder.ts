import type { Stats } from 'node:fs'
import { readFile } from 'node:fs/promises'

/**
 * The holder of a flock on a file according to /proc/locks, such as `process 7 (host-local)`; null when none is listed.
 */
export async function findLockHolder({ ino }: Pick<Stats, 'ino'>): Promise<string | null> {
  const pid = holderIn(await readFile('/proc/locks', 'utf8'), ino)
  if (pid === null) return null
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null)
  return name === null
    ? `process ${pid}, which has ended and left the lock to another one`
    : `process ${pid} (${name.trim()})`
}

/** The device is not compared: on overlay and btrfs it differs from the one in stat. Lines with `->` are waiters. */
export function holderIn(locks: string, inode: number): number | null {
  for (const line of locks.split('\n', 100_000)) {
    const { pid, ino } = /^\d+: FLOCK +\S+ +WRITE +(?<pid>\d+) +\S+:(?<ino>\d+) /.exec(line)?.groups ?? {}
    if (Number(ino) === inode) return Number(pid)
  }
  return null
}
