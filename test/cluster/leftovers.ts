import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { batch } from './node/ip-command.ts'

/** Prefix of all names that a cluster of this process uses on this machine. */
export const ownPrefix = (index: number): string => `nc-${process.pid}-${index}`

/** Removes namespaces and folders of clusters whose process is gone; their nodes ended with it. */
export async function sweepLeftovers(): Promise<void> {
  const namespaces = (await namesIn('/run/netns')).filter(isDead)
  if (namespaces.length > 0)
    await batch(
      null,
      namespaces.map(name => `netns del ${name}`),
      { force: true },
    )
  const folders = (await namesIn(tmpdir())).filter(isDead)
  await Promise.all(folders.map(name => rm(join(tmpdir(), name), { recursive: true, force: true })))
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

function isDead(name: string): boolean {
  const [, pid] = /^nc-(\d+)-\d+(?:-|$)/.exec(name) ?? []
  if (pid === undefined) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
