import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { containerId, hostLocalStore } from './host-local-store.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A store in which every reservation was made for a container that is gone. */
export async function leakedStore(count: number, ranges?: Parameters<typeof hostLocalStore>[1]) {
  const folder = await temporaryFolder()
  const store = hostLocalStore(folder, ranges)
  for (let index = 0; index < count; index++) store.call({ command: 'ADD', id: containerId(index) })
  return { ...store, folder }
}

/** Holds the lock of a store in a process of its own. */
export async function holdLock(store: string): Promise<{ readonly pid: number; readonly end: () => void }> {
  const child = spawn('/usr/bin/flock', ['-x', `${store}/lock`, 'sh', '-c', 'echo held; exec sleep 60'], {
    stdio: 'pipe',
    detached: true,
  })
  const pid = child.pid ?? 0
  const end = () => void (child.exitCode ?? child.signalCode ?? process.kill(-pid, 'SIGKILL'))
  onTestFinished(end)
  await once(child.stdout, 'data')
  return { pid, end }
}

/** Waits until a process is held up by this lock. */
export async function untilSomebodyWaits(lock: string): Promise<void> {
  const { ino } = await lstat(lock)
  const isWaiting = async () => new RegExp(`-> FLOCK .*:${ino} `).test(await readFile('/proc/locks', 'utf8'))
  while (!(await isWaiting())) await new Promise(resolve => setImmediate(resolve))
}

/**
 * Waits until another process has opened this lock. In a PID namespace /proc/locks hides locks, and whom they hold up,
 * that a process took which has ended.
 */
export async function untilSomebodyOpens(lock: string): Promise<void> {
  while (!(await isOpenElsewhere(lock))) await new Promise(resolve => setImmediate(resolve))
}

async function isOpenElsewhere(lock: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name) && name !== String(process.pid))
  const targets = await Promise.all(pids.map(openedBy))
  return targets.flat().includes(lock)
}

async function openedBy(pid: string): Promise<readonly string[]> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
  return Promise.all(fds.map(fd => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
}
