import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { FileContent, ReadOptions } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'

const buffer = Buffer.allocUnsafe(64 << 10)

/**
 * Reads a small file that the kernel generates, synchronously: such a read cannot block, and the thread pool takes ten
 * times as long. Null for a larger file. Throws system errors.
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

/** The kernel returns such files one page per read. */
function fill(file: number): number {
  for (let length = 0; ; ) {
    const more = length < buffer.length ? readSync(file, buffer, length, buffer.length - length, null) : 0
    if (more === 0) return length
    length += more
  }
}
