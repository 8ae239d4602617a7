import { lstatSync, readdirSync, readlinkSync, statfsSync } from 'node:fs'
import type { FileContent, FileEntry, ReadOptions } from '../../shared/host.ts'
import { entryOf, namesOf } from './entry.ts'
import { codeOf } from './failures.ts'
import { readKernelFile } from './kernel-file.ts'
import { type Mounts, reach } from './mounts.ts'

/**
 * Settings and devices of the network, and what descriptors of processes are: of each there are many. Null where care is
 * needed; throws when nothing is there.
 */
export interface KernelSettings {
  read(path: string, options: ReadOptions): FileContent | null
  list(path: string): readonly string[] | null
  stat(path: string): FileEntry | null
}

/**
 * Reads them without a pause: a node has twenty thousand, and to hold each while it is read takes ten times as long
 * and megabytes of memory.
 * That is for paths that nobody but the kernel can put there, whose links are all its own and stay on its file system.
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
    // What a descriptor leads to is not touched.
    stat: path => attempt(path, describe, settingsAndDescriptors),
  }
}

const settings = /^\/(?:sys\/class\/net|proc\/sys\/net)\//
const settingsAndDescriptors = new RegExp(`${settings.source}|^/proc/\\d{1,10}/fd/\\d{1,10}$`)
/** By the numbers of statfs(2). */
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

/** That nothing is there is clear; who reads with care learns any other reason. */
function unlessUnclear<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw error
    return null
  }
}
