import { limits } from '../limits.ts'
import { ProtocolViolation } from './frame.ts'

/**
 * Payload of a chunk frame: flags (1 byte: 1 = gzip, 2 = last chunk of this part), length of the part's name (1),
 * name (ASCII), bytes. The chunks of one part arrive in order; chunks of several parts may be mixed.
 */
export interface Chunk {
  readonly part: string
  readonly gzip: boolean
  readonly last: boolean
  readonly bytes: Uint8Array
}

const flag = { gzip: 1, last: 2 } as const
const encoder = new TextEncoder()
const decoder = new TextDecoder('ascii')
const name = /^[a-z][a-zA-Z0-9]{0,63}$/

/** Whether a chunk can carry this name. */
export const isPartName = (text: string): boolean => name.test(text)

/** Encodes the payload of a chunk frame. */
export function encodeChunk(chunk: Chunk): Uint8Array {
  const label = encoder.encode(chunk.part)
  const payload = new Uint8Array(2 + label.length + chunk.bytes.length)
  payload[0] = (chunk.gzip ? flag.gzip : 0) | (chunk.last ? flag.last : 0)
  payload[1] = label.length
  payload.set(label, 2)
  payload.set(chunk.bytes, 2 + label.length)
  return payload
}

/** Decodes the payload of a chunk frame. Throws ProtocolViolation. */
export function decodeChunk(payload: Uint8Array): Chunk {
  const [flags, length] = payload
  if (flags === undefined || length === undefined || flags > 3 || payload.length < 2 + length) {
    throw new ProtocolViolation('CHUNK_HEADER', 'a chunk has no valid header')
  }
  const part = decoder.decode(payload.subarray(2, 2 + length))
  if (!name.test(part)) throw new ProtocolViolation('CHUNK_PART', 'a chunk names no valid part')
  return {
    part,
    gzip: (flags & flag.gzip) !== 0,
    last: (flags & flag.last) !== 0,
    bytes: payload.subarray(2 + length),
  }
}

/** Splits the body of a part into chunks that fit into a frame; an empty body is one empty chunk. */
export function* chunksOf(part: string, body: Uint8Array, gzip: boolean): Generator<Chunk> {
  const size = limits.frameBytes - 2 - part.length
  for (let start = 0; start === 0 || start < body.length; start += size) {
    yield {
      part,
      gzip,
      last: start + size >= body.length,
      bytes: body.subarray(start, start + size),
    }
  }
}
