import { constants } from 'node:fs'
import { readlink, stat, statfs } from 'node:fs/promises'
import { descriptor } from './descriptor.ts'
import { Refusal } from './failures.ts'
import type { Mounts } from './mounts.ts'
import type { Pinned } from './pin.ts'

/** O_PATH on Linux: does not open the file, so a FIFO does not block and a device has no side effect. */
const findFolder = 0o10000000 | constants.O_DIRECTORY
const findOnly = 0o10000000 | constants.O_NOFOLLOW

/** The kernel's own limit. */
const mostLinks = 40

interface PodPath {
  /** Id of one of the pod's processes. */
  readonly pid: number
  readonly path: string
}

type Use<T> = (pinned: Pinned) => Promise<T>

/**
 * Finds a path inside a pod through the root of one of its processes, and holds it until `use` ends. The pod's owner
 * controls these files: each name is looked up alone in a held folder, and links are resolved here as text, so that
 * nothing leads out of that root. Throws system errors and Refusal.
 */
export const withPodFile = <T>(mounts: Mounts, { pid, path }: PodPath, use: Use<T>): Promise<T> =>
  fromRoot(mounts, pid, async held => {
    await walk(held, path)
    const fd = held.at(-1) ?? -1
    return use({ path: inside(fd), foundAt: inside(fd), stats: await descriptor.stat(fd) })
  })

/**
 * The same below a pod's own /sys, but much faster because links within sysfs are made by the kernel. A link planted by
 * the pod leads to another file system and is refused.
 */
export const withSysFile = <T>(mounts: Mounts, { pid, path }: PodPath, use: Use<T>): Promise<T> =>
  fromRoot(mounts, pid, async held => {
    await walk(held, '/sys')
    const top = held.at(-1) ?? -1
    const [{ type }, { dev }] = await Promise.all([statfs(inside(top)), descriptor.stat(top)])
    const fd = await descriptor.open(inside(top, path.slice('/sys/'.length)), findOnly)
    held.push(fd)
    const stats = await descriptor.stat(fd)
    const isOwn = type === sysfs && stats.dev === dev
    if (!isOwn) throw new Refusal('unsupported', `${path} of process ${pid} is none of the kernel`)
    return use({ path: inside(fd), foundAt: inside(fd), stats })
  })

/** File system type as in statfs(2). */
const sysfs = 0x62656572

const inside = (fd: number, name = ''): string => `/proc/self/fd/${fd}${name && `/${name}`}`

/** Starts at the root of a process; every descriptor that `use` adds is held until it ends. */
async function fromRoot<T>(mounts: Mounts, pid: number, use: (held: number[]) => Promise<T>): Promise<T> {
  const held: number[] = []
  try {
    held.push(await openRoot(mounts, pid))
    return await use(held)
  } finally {
    await Promise.all(held.map(fd => descriptor.close(fd)))
  }
}

/**
 * Opens the root of a process. The host's own root is refused: that of the process beside a virtual machine is not the
 * pod's.
 */
async function openRoot(mounts: Mounts, pid: number): Promise<number> {
  const fd = await descriptor.open(`${mounts.proc}/${pid}/root`, findFolder)
  const [own, hosts] = await Promise.all([descriptor.stat(fd), stat(mounts.root || '/')])
  if (own.dev !== hosts.dev || own.ino !== hosts.ino) return fd
  await descriptor.close(fd)
  throw new Refusal('unsupported', `process ${pid} of the pod has the root of the host`)
}

/** Descends one name at a time; the last held descriptor is the result. */
async function walk(held: number[], path: string): Promise<void> {
  let links = 0
  for (let rest = steps(path); rest.length > 0; ) {
    const [step = '', ...others] = rest
    rest = others
    if (step === '..') {
      await leave(held, Math.max(1, held.length - 1))
      continue
    }
    const fd = await descriptor.open(inside(held.at(-1) ?? -1, step), findOnly)
    held.push(fd)
    if (!(await descriptor.stat(fd)).isSymbolicLink()) continue
    await leave(held, held.length - 1)
    if (++links > mostLinks) throw new Refusal('failed', `${path} passes more than ${mostLinks} links`)
    const target = await readlink(inside(held.at(-1) ?? -1, step))
    if (target.startsWith('/')) await leave(held, 1)
    rest = [...steps(target), ...others]
  }
}

async function leave(held: number[], depth: number): Promise<void> {
  for (const fd of held.splice(depth)) await descriptor.close(fd)
}

const steps = (path: string): readonly string[] => path.split('/').filter(step => step !== '' && step !== '.')
