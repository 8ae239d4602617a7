import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { bundleLimits } from './limits.ts'
import { refuse } from './refusal.ts'

const blockBytes = 1 << 20
const openBlocks = 16
const fastest = 1

/** Where bytes are stored: a block, and the range within it. */
export interface Place {
  readonly block: number
  readonly start: number
  readonly end: number
}

/** Keeps many byte strings in memory, compressed in blocks of 1 MiB; a few recently used blocks are kept unpacked. */
export interface BlockStore {
  /** Stores bytes. Throws NetcheckError `BUNDLE` when the memory limit is exceeded. */
  readonly put: (bytes: Uint8Array) => Promise<Place>
  /** Closes the last block; nothing can be stored afterwards. */
  readonly close: () => Promise<void>
  readonly get: (place: Place) => Promise<Uint8Array>
}

const compress = promisify<Uint8Array, { level: number }, Buffer>(deflateRaw)
const expand = promisify<Uint8Array, Buffer>(inflateRaw)

/** An empty store. */
export function makeBlockStore(): BlockStore {
  const blocks: Uint8Array[] = []
  const open = new Map<number, Promise<Uint8Array>>()
  let filling: Uint8Array[] = []
  let filled = 0
  let kept = 0

  const close = async (): Promise<void> => {
    const block = await compress(Buffer.concat(filling), { level: fastest })
    kept += block.length
    if (kept > bundleLimits.keptBytes) {
      throw refuse(`the bundle is larger than allowed: packed it takes more than ${bundleLimits.keptBytes >> 20} MiB`)
    }
    // Copied, because zlib's output is a slice of a larger buffer.
    blocks.push(Uint8Array.from(block))
    filling = []
    filled = 0
  }
  const put = async (bytes: Uint8Array): Promise<Place> => {
    if (filled > 0 && filled + bytes.length > blockBytes) await close()
    const place = { block: blocks.length, start: filled, end: filled + bytes.length }
    filling.push(bytes)
    filled += bytes.length
    return place
  }
  const expanded = (number: number): Promise<Uint8Array> => {
    const block = open.get(number) ?? expand(blocks[number] ?? new Uint8Array())
    // Moved to the end: the first entry is the least recently used one.
    open.delete(number)
    open.set(number, block)
    const [oldest = number] = open.keys()
    if (open.size > openBlocks) open.delete(oldest)
    return block
  }
  return { put, close, get: async ({ block, start, end }) => (await expanded(block)).slice(start, end) }
}
