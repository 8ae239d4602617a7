import { spawn } from 'node:child_process'
import { constants, type Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { descriptor } from '../host/descriptor.ts'
import { codeOf, Refusal } from '../host/failures.ts'
import type { Folder } from './folder.ts'
import { findLockHolder } from './lock-holder.ts'

export interface LockOptions {
  /** How long another holder is waited for, ms. */
  readonly waitMs: number
  /** Command lines that end in a descriptor's number, of which the first that exists is used. */
  readonly programs: readonly (readonly string[])[]
}

/** The program `flock` of this container, else that of the host. */
export const flockPrograms = (hostRoot: string): LockOptions['programs'] => [
  ['flock', '-x', '3'],
  ...(hostRoot === '' ? [] : [['chroot', hostRoot, 'flock', '-x', '3']]),
]

/**
 * Holds the lock under which host-local reserves and releases in this store. Throws Refusal: `timeout` with the holder,
 * `unsupported` where there is no program for it.
 */
export async function withLock<T>(store: Folder, options: LockOptions, use: () => Promise<T>): Promise<T> {
  // As host-local does, which makes the file when it is not there.
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW
  const fd = await descriptor.open(store.at('lock'), flags, 0o600)
  try {
    await takeLock(fd, options)
    await requireSame(store, await descriptor.stat(fd))
    return await use()
  } finally {
    // The lock goes with the last descriptor of this opening, and the program's own is closed already.
    await descriptor.close(fd)
  }
}

/**
 * Node cannot call flock(2). A lock belongs to the opening of a file and not to a process, so a program that inherits
 * the descriptor takes it for this process.
 */
async function takeLock(fd: number, { waitMs, programs }: LockOptions): Promise<void> {
  for (const program of programs) {
    const ending = await runProgram(program, { fd, waitMs })
    if (ending === 'locked') return
    if (ending === 'late') throw new Refusal('timeout', await describeHolder(fd, waitMs))
  }
  throw new Refusal('unsupported', 'neither the image nor the host has a program flock that works')
}

type Ending = 'locked' | 'late' | 'unable'

const runProgram = ([name = '', ...args]: readonly string[], { fd, waitMs }: { fd: number; waitMs: number }) =>
  new Promise<Ending>(resolve => {
    const child = spawn(name, args, { cwd: '/', stdio: ['ignore', 'ignore', 'ignore', fd] })
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, waitMs)
    const end = (ending: Ending) => {
      clearTimeout(timer)
      resolve(ending)
    }
    child.once('error', () => end('unable'))
    // Only when it ended is its descriptor closed.
    child.once('exit', code => end(code === 0 ? 'locked' : isLate ? 'late' : 'unable'))
  })

async function describeHolder(fd: number, waitMs: number): Promise<string> {
  const holder = await findLockHolder(await descriptor.stat(fd))
  return `the lock of the store was not free within ${waitMs} ms; ${holder ?? 'nobody is listed who holds it'}`
}

/** Whoever replaced the file has others lock a new one. */
async function requireSame(store: Folder, { ino }: Stats): Promise<void> {
  const current = await lstat(store.at('lock')).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (current?.ino !== ino) throw new Refusal('failed', 'the lock file was replaced while it was taken')
}
