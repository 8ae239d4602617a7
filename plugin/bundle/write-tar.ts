import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import tar from 'tar-stream'
import type { BundleEntry } from './entry.ts'

/** Common folder and time of all entries of an archive. */
export interface TarFolder {
  readonly folder: string
  readonly at: Date
}

/** End-of-archive marker. Source: POSIX.1, pax interchange format. */
export const endOfTar: Uint8Array = new Uint8Array(1024)

/** Encodes one entry with owner-only permissions. */
export async function tarEntry(
  { path, bytes }: BundleEntry,
  { folder, at }: TarFolder,
): Promise<readonly Uint8Array[]> {
  const pack = tar.pack()
  pack.entry(
    { name: `${folder}/${path}`, mtime: at, mode: 0o600, size: bytes.length },
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  )
  pack.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of pack) if (piece instanceof Uint8Array) pieces.push(piece)
  // Drops the end-of-archive marker.
  return pieces.slice(0, -1)
}

/** Compresses pieces into one gzip member. */
export async function gzipMember(pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  const packed: Uint8Array[] = []
  await pipeline(Readable.from(pieces), createGzip(), async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) packed.push(chunk)
  })
  return Buffer.concat(packed)
}

/** Padded size of the first entry: its content may change later, but not its length. */
const headBytes = 4096

/** Encodes a small JSON file as a gzip member of fixed length. Throws RangeError when it is too long. */
export async function headMember(path: string, json: string, folder: TarFolder): Promise<Uint8Array> {
  const text = new TextEncoder().encode(json)
  if (text.length >= headBytes) throw new RangeError(`${path} has ${text.length} bytes`)
  const bytes = new Uint8Array(headBytes).fill(0x20)
  bytes.set(text)
  bytes[headBytes - 1] = 0x0a
  return gzipSync(Buffer.concat(await tarEntry({ path, bytes }, folder)), { level: 0 })
}
