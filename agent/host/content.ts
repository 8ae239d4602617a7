import { constants } from 'node:fs'
import type { FileContent, ReadOptions } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { descriptor } from './descriptor.ts'
import { Refusal } from './failures.ts'
import type { Pinned } from './pin.ts'

/** The kernel answers larger reads of /proc/sys with ENOMEM. */
const largestBlock = 64 << 10
/** Thousands of /proc files are read, and most fit into this. */
const smallestBlock = 4 << 10

/**
 * Reads a regular file up to a limit. The sizes that stat reports for /proc and /sys are wrong, so it reads until end
 * of file. Throws system errors and Refusal.
 */
export async function readContent(name: string, pinned: Pinned, options: ReadOptions): Promise<FileContent> {
  if (!pinned.stats.isFile()) throw new Refusal('failed', `${name} is no regular file`)
  const { maxBytes = limits.fileBytes, keep } = options
  const { size } = pinned.stats
  if (size > maxBytes && keep === undefined) throw tooLarge(name, `${size} bytes`, maxBytes)
  const from = keep === 'tail' ? Math.max(0, size - maxBytes) : 0
  const bytes = await readOpened(pinned, { from, most: maxBytes + 1 })
  const isCut = from > 0 || bytes.length > maxBytes
  if (!isCut) return { bytes, truncated: null }
  if (keep === 'head') return { bytes: bytes.subarray(0, maxBytes), truncated: 'head' }
  if (keep === 'tail' && size > 0) return { bytes: bytes.subarray(0, maxBytes), truncated: 'tail' }
  throw tooLarge(name, 'more bytes', maxBytes)
}

const tooLarge = (name: string, what: string, maxBytes: number) =>
  new Refusal('too-large', `${name} has ${what}, more than ${maxBytes}`)

async function readOpened(pinned: Pinned, range: Range): Promise<Uint8Array> {
  const file = await descriptor.open(pinned.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    return await readRange(file, pinned.stats.size, range)
  } finally {
    await descriptor.close(file)
  }
}

interface Range {
  readonly from: number
  readonly most: number
}

async function readRange(file: number, size: number, { from, most }: Range): Promise<Uint8Array> {
  const blocks: Uint8Array[] = []
  let length = 0
  for (let isMore = true; isMore && length < most; ) {
    const expected = size > 0 ? Math.max(1, size - from - length) : Math.max(smallestBlock, length)
    const wanted = Math.min(largestBlock, most - length, expected)
    const { bytesRead, buffer } = await descriptor.read(file, Buffer.allocUnsafe(wanted), 0, wanted, from + length)
    blocks.push(buffer.subarray(0, bytesRead))
    length += bytesRead
    // A file as long as stat said is complete; otherwise read until a read returns nothing.
    isMore = bytesRead > 0 && from + length !== size
  }
  return blocks.length === 1 ? (blocks[0] ?? new Uint8Array()) : Buffer.concat(blocks)
}
