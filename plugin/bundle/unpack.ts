import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { bundleLimits } from './limits.ts'
import { peek } from './peek.ts'
import { refuse } from './refusal.ts'

/**
 * Unpacks a tar archive that may be gzipped. Throws NetcheckError `BUNDLE` as soon as it exceeds the size limits, and
 * zlib's errors for truncated or corrupt data.
 */
export async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const counts = { packed: 0, unpacked: 0 }
  const [start, chunks] = await peek(counted(packed, counts), 2)
  for await (const chunk of isGzip(start) ? gunzip(chunks) : chunks) {
    if (counts.unpacked === 0 && isGzip(start) && isGzip(chunk)) throw refuse('the bundle is packed twice')
    counts.unpacked += chunk.length
    requireBounds(counts)
    yield chunk
  }
}

interface Counts {
  packed: number
  unpacked: number
}

async function* counted(packed: AsyncIterable<Uint8Array>, counts: Counts): AsyncGenerator<Uint8Array> {
  for await (const chunk of packed) {
    counts.packed += chunk.length
    yield chunk
  }
}

function requireBounds({ packed, unpacked }: Counts): void {
  if (unpacked > bundleLimits.totalBytes) {
    throw refuse(`the bundle is larger than allowed: it unpacks to more than ${bundleLimits.totalBytes >> 30} GiB`)
  }
  if (unpacked > bundleLimits.ratioFrom && unpacked > packed * bundleLimits.ratio) {
    throw refuse(`the bundle unpacks to more than ${bundleLimits.ratio} times its size, as no recording does`)
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

function gunzip(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const unpacker = createGunzip({ chunkSize: 256 << 10 })
  // The error is reported where the unpacked bytes are read; this only prevents an unhandled rejection.
  pipeline(Readable.from(packed), unpacker).catch(() => undefined)
  return unpacker
}
