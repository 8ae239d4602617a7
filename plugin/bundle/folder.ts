import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { byBytes } from './entry-path.ts'
import { bundleLimits } from './limits.ts'
import { quoted, refuse } from './refusal.ts'
import type { BundleSource } from './source.ts'

/**
 * A bundle as an unpacked directory. Links that lead out of it, and anything that is neither file nor folder, are
 * refused.
 */
export async function folderSource(root: string): Promise<BundleSource> {
  const top = await realpath(root)
  return {
    read: async path => (isPlain(path) ? readInside(top, path) : null),
    list: async path => (isPlain(path) ? listInside(top, path) : null),
  }
}

/** Names from a bundle become paths and must not lead upwards. */
const isPlain = (path: string): boolean => !path.split('/').includes('..') && !path.includes('\0')

async function readInside(top: string, path: string): Promise<Uint8Array | null> {
  const real = await findInside(top, path)
  if (real === null) return null
  const info = await lstat(real).catch(absent)
  if (!info || info.isDirectory()) return null
  if (!info.isFile()) throw refuse(`the bundle's ${quoted(path)} is not a file`)
  // It may have been replaced since the check; O_NONBLOCK keeps a FIFO from blocking.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(absent)
  if (!file) return null
  try {
    return await readAll(file, path)
  } finally {
    await file.close()
  }
}

async function readAll(file: FileHandle, path: string): Promise<Uint8Array> {
  const info = await file.stat()
  if (!info.isFile()) throw refuse(`the bundle's ${quoted(path)} is not a file`)
  if (info.size > bundleLimits.fileBytes) {
    throw refuse(`the bundle's ${quoted(path)} has ${info.size} bytes, more than ${bundleLimits.fileBytes}`)
  }
  const bytes = Buffer.alloc(info.size)
  const { bytesRead } = await file.read(bytes, 0, info.size, 0)
  return bytes.subarray(0, bytesRead)
}

async function listInside(top: string, path: string): Promise<readonly string[] | null> {
  const real = await findInside(top, path)
  if (real === null) return null
  if (real !== join(top, path).replace(/\/+$/, ''))
    throw refuse(`the bundle's ${quoted(path)} is reached through a link`)
  const names = await readdir(real).catch(absent)
  if (names && names.length > bundleLimits.entries) {
    throw refuse(`the bundle's ${quoted(path)} holds more than ${bundleLimits.entries} files`)
  }
  return names?.sort(byBytes) ?? null
}

/** The real path below `top`; null when it does not exist. */
async function findInside(top: string, path: string): Promise<string | null> {
  const real = await realpath(join(top, path)).catch(absent)
  if (real === null || real === top || real.startsWith(top === sep ? sep : top + sep)) return real
  throw refuse(`the bundle's ${quoted(path)} leads out of the bundle`)
}

const absences: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'])

/** Absence is an answer; any other file system error is thrown. */
function absent(error: NodeJS.ErrnoException): null {
  if (absences.has(error.code)) return null
  throw refuse(`the bundle cannot be read: ${error.message}`, { cause: error })
}
