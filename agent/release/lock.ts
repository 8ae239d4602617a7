import { spawn } from 'node:child_process'
import { constants, type Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { descriptor } from '../host/descriptor.ts'
import { codeOf, Refusal } from '../host/failures.ts'
import type { Folder } from './folder.ts'
import { findLockHolder } from './lock-holder.ts'

/** How the lock is taken. */
export interface LockOptions {
  /** How long to wait for the current holder, in ms. */
  readonly waitMs: number
  /** Command lines to which the descriptor's number is appended; the first program that exists is used. */
  readonly programs: readonly (readonly string[])[]
}

/** The program `flock` of this container, else that of the host. */
export const flockPrograms = (hostRoot: string): LockOptions['programs'] => [
  ['flock', '-x', '3'],
  ...(hostRoot === '' ? [] : [['chroot', hostRoot, 'flock', '-x', '3']]),
]

/**
 * Runs `use` while holding the lock that host-local takes on this store. Throws Refusal: `timeout` naming the holder,
 * or `unsupported` when there is no flock program.
 */
export async function withLock<T>(store: Folder, options: LockOptions, use: () => Promise<T>): Promise<T> {
  // The same flags as host-local, which creates the file if needed.
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW
  const fd = await descriptor.open(store.at('lock'), flags, 0o600)
  try {
    await takeLock(fd, options)
    await requireSame(store, await descriptor.stat(fd))
    return await use()
  } finally {
    // The lock is released with the last descriptor of this open file; the child's copy is already closed.
    await descriptor.close(fd)
  }
}

/**
 * Node.js has no flock(2). The lock belongs to the open file and not to the process, so a child that inherits the
 * descriptor can take it for this process.
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
    // Its descriptor is closed only once it has exited.
    child.once('exit', code => end(code === 0 ? 'locked' : isLate ? 'late' : 'unable'))
  })

async function describeHolder(fd: number, waitMs: number): Promise<string> {
  const holder = await findLockHolder(await descriptor.stat(fd))
  return `the lock of the store was not free within ${waitMs} ms; ${holder ?? 'nobody is listed who holds it'}`
}

/** If the lock file was replaced, other processes lock the new one and this lock protects nothing. */
async function requireSame(store: Folder, { ino }: Stats): Promise<void> {
  const current = await lstat(store.at('lock')).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (current?.ino !== ino) throw new Refusal('failed', 'the lock file was replaced while it was taken')
}
