import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import tar from 'tar-stream'
import { messageOf, NetcheckError } from '../../shared/errors.ts'
import type { BundleEntry } from './entry.ts'
import { entryPath, isLinkInside } from './entry-path.ts'
import { bundleLimits } from './limits.ts'
import { quoted, refuse } from './refusal.ts'
import { unpack } from './unpack.ts'

interface Options {
  /** Called when the archive ends before its end, after what is whole; without it, that is an error. */
  readonly onCut?: () => void
}

/**
 * Files of a tar archive (gzip or not), one after the other, by their path with the top folder; one is held at a time.
 * Links inside are skipped. Throws NetcheckError `BUNDLE`.
 */
export async function* readTar(packed: AsyncIterable<Uint8Array>, options: Options = {}): AsyncIterable<BundleEntry> {
  try {
    yield* filesOf(packed)
  } catch (cause) {
    if (cause instanceof NetcheckError) throw cause
    if (!isCut(cause)) throw refuse(`the bundle cannot be unpacked: ${messageOf(cause)}`, { cause })
    if (!options.onCut) throw refuse('the bundle cannot be unpacked: it is cut, its end is missing', { cause })
    options.onCut()
  }
}

async function* filesOf(packed: AsyncIterable<Uint8Array>): AsyncIterable<BundleEntry> {
  const extract = tar.extract()
  const end = { zeros: 0 }
  const reading = pipeline(Readable.from(watchEnd(unpack(packed), end)), extract)
  // A failure surfaces through the iteration below; here it only must not count as unhandled.
  reading.catch(() => undefined)
  const seen = new Set<string>()
  let count = 0
  for await (const entry of extract) {
    count += 1
    if (count > bundleLimits.entries)
      throw refuse(`the bundle holds more than ${bundleLimits.entries} files and folders`)
    const path = requireSane(entry.header, seen)
    if (path === null) entry.resume()
    else yield { path, bytes: await bytesOf(entry) }
  }
  await reading
  // Every tar program ends with two empty blocks.
  if (end.zeros < 1024) throw new Error(cutMessage)
}

const cutMessage = 'Unexpected end of data'

/** What zlib and tar-stream say of an archive whose end is missing. */
const isCut = (cause: unknown): boolean => /^unexpected end of (?:file|data)$/i.test(messageOf(cause))

async function* watchEnd(bytes: AsyncIterable<Uint8Array>, end: { zeros: number }): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    const zeros = trailingZeros(chunk)
    end.zeros = zeros === chunk.length ? end.zeros + zeros : zeros
    yield chunk
  }
}

function trailingZeros(chunk: Uint8Array): number {
  let zeros = 0
  while (zeros < chunk.length && chunk[chunk.length - 1 - zeros] === 0) zeros += 1
  return zeros
}

/** The path of a file to be read; null for a folder or a link that does no harm. */
function requireSane({ name, type, linkname, size, pax }: tar.Header, seen: Set<string>): string | null {
  const path = entryPath(name)
  if (type === 'directory') return null
  if (type === 'symlink' || type === 'link') return requireInside(type === 'link' ? '' : path, linkname)
  if (type !== 'file' && type !== 'contiguous-file') {
    throw refuse(
      `the bundle holds something that is no file: ${quoted(name)} is a ${type ?? 'thing of an unknown kind'}`,
    )
  }
  if (isSparse(pax)) throw refuse(`the bundle holds a sparse file: ${quoted(name)}`)
  if (size > bundleLimits.fileBytes) {
    throw refuse(`the bundle's ${quoted(name)} has ${size} bytes, more than ${bundleLimits.fileBytes}`)
  }
  if (seen.has(path)) throw refuse(`the bundle holds ${quoted(name)} twice`)
  seen.add(path)
  return path
}

function requireInside(path: string, target: string): null {
  if (isLinkInside(path, target)) return null
  throw refuse(`the bundle holds a link that leads out of it: to ${quoted(target)}`)
}

const isSparse = (pax: unknown): boolean =>
  typeof pax === 'object' && pax !== null && Object.keys(pax).some(key => key.startsWith('GNU.sparse.'))

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk)
  // Also of one chunk a copy: a small file must not hold what else was unpacked with it.
  return Buffer.concat(chunks)
}
