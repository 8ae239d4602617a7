import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { FileContent, ReadOptions } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'

const buffer = Buffer.allocUnsafe(64 << 10)

/**
 * A small file that the kernel makes by itself, in one go: it cannot hang, and the thread pool costs ten times the read.
 * Null for a larger one. Throws system errors.
 */
export function readKernelFile(path: string, { maxBytes = limits.fileBytes }: ReadOptions): FileContent | null {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const length = fill(file)
    return length < Math.min(buffer.length, maxBytes)
      ? { bytes: Uint8Array.prototype.slice.call(buffer, 0, length), truncated: null }
      : null
  } finally {
    closeSync(file)
  }
}

/** The kernel gives such files a page at a time. */
function fill(file: number): number {
  for (let length = 0; ; ) {
    const more = length < buffer.length ? readSync(file, buffer, length, buffer.length - length, null) : 0
    if (more === 0) return length
    length += more
  }
}
