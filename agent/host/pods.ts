import { findPodProcesses } from '../../shared/discovery/pod-processes.ts'
import type { Host, Pod, ReadOptions } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { mapReading, ok, type Reading, unavailable } from '../../shared/reading.ts'
import { readContent } from './content.ts'
import { guard, Refusal } from './failures.ts'
import { readKernelFile } from './kernel-file.ts'
import { type Mounts, reach } from './mounts.ts'
import { withPodFile, withSysFile } from './pod-root.ts'
import { isLocal } from './small-files.ts'

/**
 * Pods of this host as seen from inside, through one process of each. `host` must not cache answers. No namespace is
 * entered.
 */
export const findPods = async (mounts: Mounts, host: Host): Promise<Reading<readonly Pod[]>> =>
  mapReading(await findPodProcesses(host), processes =>
    [...processes].map(([uid, pid]) => ({ uid, host: podHost(mounts, { host, pid }) })),
  )

function podHost(mounts: Mounts, { host, pid }: { host: Host; pid: number }): Host {
  const unsupported = async () => unavailable('unsupported', 'the namespaces of a pod are not entered')
  return {
    read: async (path, options = {}) => {
      const own = ofProcess(path, pid)
      if (own === null) return path.startsWith('/proc/') ? unsupported() : readFile(mounts, { pid, path, options })
      const quick = quickFile.test(path) ? quickly(() => readKernelFile(reach(mounts, own), options)) : null
      return quick ? ok(quick) : host.read(own, options)
    },
    stat: async path => {
      const own = ofProcess(path, pid)
      return own === null ? unsupported() : host.stat(own)
    },
    list: unsupported,
    run: unsupported,
    cri: unsupported,
    http: unsupported,
    pods: unsupported,
  }
}

/** Excludes socket tables, which take milliseconds because the kernel walks the sockets of all namespaces. */
const quickFile = /^\/proc\/net\/(?:dev|fib_trie|if_inet6|ipv6_route|route)$/

/** Null when it fails; the careful read then reports the reason. */
function quickly<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** Kernel-provided files of a process are read from the host's /proc, whatever the pod has mounted over it. */
function ofProcess(path: string, pid: number): string | null {
  if (path.startsWith('/proc/net/')) return `/proc/${pid}${path.slice('/proc'.length)}`
  return path === '/proc/self/cgroup' ? `/proc/${pid}/cgroup` : null
}

interface Wanted {
  readonly pid: number
  readonly path: string
  readonly options: ReadOptions
}

/** A pod may mount a file system that never answers. */
async function readFile(mounts: Mounts, { pid, path, options }: Wanted) {
  const { promise, cancel } = expire(limits.podFileMs, `${path} of process ${pid}`)
  const find = path.startsWith('/sys/') ? withSysFile : withPodFile
  const reading = guard(path, async () =>
    ok(
      await find(mounts, { pid, path }, async pinned => {
        // Reading other kinds of files may have side effects, or block for as long as their owner likes.
        const isFit = find === withSysFile || (await isLocal(pinned.path))
        if (!isFit) throw new Refusal('unsupported', `${path} of process ${pid} is on a file system of another kind`)
        return readContent(path, pinned, options)
      }),
    ),
  )
  return Promise.race([reading, promise]).finally(cancel)
}

function expire(ms: number, place: string) {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<Reading<never>>(resolve => {
    timer = setTimeout(() => resolve(unavailable('timeout', `${place} was not read within ${ms} ms`)), ms)
  })
  return { promise, cancel: () => clearTimeout(timer) }
}
