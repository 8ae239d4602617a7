import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { type ByteReader, readBytes } from './byte-reader.ts'
import type { BundleEntry } from './entry.ts'
import { entryPath, isLinkInside } from './entry-path.ts'
import { bundleLimits } from './limits.ts'
import { quoted, refuse } from './refusal.ts'
import { blockBytes, parsePax, parseTarHeader, type TarHeader, textOf } from './tar-header.ts'
import { unpack } from './unpack.ts'

interface Options {
  /** Called when the archive is truncated, after the complete files; without it, truncation is an error. */
  readonly onCut?: () => void
}

/**
 * Yields the files of a tar archive (gzip or not) with their full path; only one is in memory. Links are skipped.
 * Throws NetcheckError `BUNDLE`.
 */
export async function* readTar(packed: AsyncIterable<Uint8Array>, options: Options = {}): AsyncIterable<BundleEntry> {
  const reader = readBytes(unpack(packed))
  try {
    yield* filesOf(reader)
  } catch (cause) {
    if (cause instanceof NetcheckError) throw cause
    if (!isCut(cause)) throw refuse(`the bundle cannot be unpacked: ${messageOf(cause)}`, { cause })
    if (!options.onCut) throw refuse('the bundle cannot be unpacked: it is cut, its end is missing', { cause })
    options.onCut()
  } finally {
    await reader.stop()
  }
}

class CutError extends Error {}

/** zlib's error code for a truncated stream. */
const isCut = (cause: unknown): boolean =>
  cause instanceof CutError || (cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR')

async function* filesOf(reader: ByteReader): AsyncIterable<BundleEntry> {
  for (let count = 1; ; count += 1) {
    const header = await nextHeader(reader)
    if (header === null) return
    if (count > bundleLimits.entries) throw refuse(`the bundle holds more than ${bundleLimits.entries} files`)
    const path = requireSane(header)
    if (path === null) await skipExactly(reader, header.size + padding(header.size))
    else yield { path, bytes: await takeContent(reader, header.size) }
  }
}

/** Reads a header with its extended headers: long names, and sizes that it cannot hold itself. */
async function nextHeader(reader: ByteReader): Promise<TarHeader | null> {
  let more: Partial<TarHeader> = {}
  for (let before = 0; before < mostBefore; before += 1) {
    const header = parseTarHeader(await takeExactly(reader, blockBytes))
    if (header === null) return null
    if (!isAbout(header.type)) return { ...header, ...more }
    if (header.size > bundleLimits.aboutBytes) throw refuse('the bundle holds a header that is longer than allowed')
    more = { ...more, ...readAbout(header.type, await takeContent(reader, header.size)) }
  }
  throw refuse('the bundle holds headers without a file')
}

const mostBefore = 8
const isAbout = (type: string): boolean => ['x', 'g', 'L', 'K'].includes(type)

function readAbout(type: string, bytes: Uint8Array): Partial<TarHeader> {
  if (type === 'L') return { name: textOf(bytes) }
  if (type === 'K') return { linkName: textOf(bytes) }
  if (type === 'g') return {}
  const pax = parsePax(bytes)
  const [name, linkName, size] = [pax.get('path'), pax.get('linkpath'), pax.get('size')]
  if ([...pax.keys()].some(key => key.startsWith('GNU.sparse.'))) throw refuse('the bundle holds a sparse file')
  return {
    ...(name === undefined ? {} : { name }),
    ...(linkName === undefined ? {} : { linkName }),
    ...(size === undefined ? {} : { size: requireSize(size) }),
  }
}

function requireSize(size: string): number {
  if (/^\d{1,15}$/.test(size)) return Number(size)
  throw refuse(`the bundle holds a file with the size ${quoted(size)}`)
}

/** The path of a file to read; null for a folder or a harmless link. */
function requireSane({ name, type, linkName, size }: TarHeader): string | null {
  const path = entryPath(name)
  if (size > bundleLimits.fileBytes) {
    throw refuse(`the bundle's ${quoted(name)} has ${size} bytes, more than ${bundleLimits.fileBytes}`)
  }
  // Old programs write folders as files with a trailing slash; the full name decides, as one cut to 100 bytes may end
  // so too.
  if (type === '5' || (type === '0' && name.endsWith('/'))) return null
  if (type === '0' || type === '7') return path
  if (type !== '1' && type !== '2') throw refuse(`the bundle's ${quoted(name)} is ${kinds[type] ?? 'of another kind'}`)
  // A hard link's target is relative to the archive, a symbolic link's to its own folder.
  if (isLinkInside(type === '1' ? '' : path, linkName) && size === 0) return null
  throw refuse(`the bundle holds a link that leads out of it: to ${quoted(linkName)}`)
}

const kinds: Readonly<Record<string, string>> = {
  3: 'a character device',
  4: 'a block device',
  6: 'a FIFO',
  S: 'a sparse file',
}

async function takeExactly(reader: ByteReader, count: number): Promise<Uint8Array> {
  const bytes = await reader.take(count)
  if (bytes.length < count) throw new CutError()
  return bytes
}

async function takeContent(reader: ByteReader, size: number): Promise<Uint8Array> {
  const bytes = await takeExactly(reader, size)
  await skipExactly(reader, padding(size))
  return bytes
}

async function skipExactly(reader: ByteReader, count: number): Promise<void> {
  if (!(await reader.skip(count))) throw new CutError()
}

const padding = (size: number): number => (blockBytes - (size % blockBytes)) % blockBytes
