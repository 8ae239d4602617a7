import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { NetcheckError } from '../../shared/errors.ts'
import { bundleLimits } from './limits.ts'
import type { BundleSource } from './source.ts'

/** A bundle that lies open in a directory. Links that lead out of it are refused. */
export async function folderSource(root: string): Promise<BundleSource> {
  const top = await realpath(root)
  return {
    read: path => readInside(top, path),
    list: async path => {
      const names = await readdir(join(top, path)).catch(absent)
      return names?.sort(byBytes) ?? null
    },
  }
}

async function readInside(top: string, path: string): Promise<Uint8Array | null> {
  const full = join(top, path)
  const info = await lstat(full).catch(absent)
  if (!info || info.isDirectory()) return null
  const real = await realpath(full)
  if (!real.startsWith(top + sep)) throw new NetcheckError('BUNDLE', `the bundle's ${path} leads out of the bundle`)
  if (info.size > bundleLimits.fileBytes) {
    throw new NetcheckError(
      'BUNDLE',
      `the bundle's ${path} has ${info.size} bytes, more than ${bundleLimits.fileBytes}`,
    )
  }
  return readFile(real)
}

/** Absence is an answer; any other failure of the file system is not. */
function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw new NetcheckError('BUNDLE', `cannot read the bundle: ${error.message}`, { cause: error })
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
