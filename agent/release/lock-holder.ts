import type { Stats } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Who holds a flock on a file, as `process 7 (host-local)`, by /proc/locks; null when nobody is listed. */
export async function findLockHolder({ ino }: Pick<Stats, 'ino'>): Promise<string | null> {
  const pid = holderIn(await readFile('/proc/locks', 'utf8'), ino)
  if (pid === null) return null
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null)
  return name === null
    ? `process ${pid}, which has ended and left the lock to another one`
    : `process ${pid} (${name.trim()})`
}

/** The device is left out: on overlay and btrfs it is another one than stat tells. Lines with `->` only wait. */
export function holderIn(locks: string, inode: number): number | null {
  for (const line of locks.split('\n', 100_000)) {
    const { pid, ino } = /^\d+: FLOCK +\S+ +WRITE +(?<pid>\d+) +\S+:(?<ino>\d+) /.exec(line)?.groups ?? {}
    if (Number(ino) === inode) return Number(pid)
  }
  return null
}
