import { lstatSync, readdirSync, readlinkSync, statfsSync } from 'node:fs'
import type { FileContent, FileEntry, ReadOptions } from '../../shared/host.ts'
import { entryOf, namesOf } from './entry.ts'
import { codeOf } from './failures.ts'
import { readKernelFile } from './kernel-file.ts'
import { type Mounts, reach } from './mounts.ts'

/**
 * Synchronous reads of network settings, network devices and process descriptors, of which a node has thousands. Null
 * means that the caller must use the careful asynchronous read; throws ENOENT for what does not exist.
 */
export interface KernelSettings {
  read(path: string, options: ReadOptions): FileContent | null
  list(path: string): readonly string[] | null
  stat(path: string): FileEntry | null
}

/**
 * Synchronous because a node has twenty thousand such files, and asynchronous reads take ten times as long and
 * megabytes of memory. Safe only for paths that nobody but the kernel can create, and whose links stay on their own
 * file system.
 */
export function kernelSettings(mounts: Mounts): KernelSettings {
  let isKernels: boolean | undefined
  const attempt = <T>(path: string, work: (real: string) => T | null, paths = settings): T | null => {
    if (!paths.test(path) || path.includes('/..')) return null
    isKernels ??= isOfType(mounts.sys, sysfs) && isOfType(mounts.proc, procfs)
    return isKernels ? unlessUnclear(() => work(reach(mounts, path))) : null
  }
  return {
    read: (path, options) => attempt(path, real => readKernelFile(real, options)),
    list: path => attempt(path, real => namesOf(path, readdirSync(real, { encoding: 'latin1' }))),
    // The target of a descriptor is not touched.
    stat: path => attempt(path, describe, settingsAndDescriptors),
  }
}

const settings = /^\/(?:sys\/class\/net|proc\/sys\/net)\//
const settingsAndDescriptors = new RegExp(`${settings.source}|^/proc/\\d{1,10}/fd/\\d{1,10}$`)
/** File system type as in statfs(2). */
const sysfs = 0x62656572
const procfs = 0x9fa0

function describe(real: string): FileEntry {
  const stats = lstatSync(real)
  return entryOf(stats, stats.isSymbolicLink() ? readlinkSync(real) : null)
}

function isOfType(path: string, type: number): boolean {
  try {
    return statfsSync(path).type === type
  } catch {
    return false
  }
}

/** Only ENOENT is final; any other error is left to the careful read, which reports the reason. */
function unlessUnclear<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw error
    return null
  }
}
