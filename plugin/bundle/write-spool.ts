import { randomBytes } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FilePiece } from '../../shared/protocol/file.ts'
import type { BundleEntry } from './entry.ts'

interface Place {
  readonly at: number
  readonly length: number
  readonly size: number
  readonly gzip: boolean
}

/** Pieces are written once this many bytes are buffered. */
const blockBytes = 256 << 10

/**
 * Files that wait to be added to an archive, in an unlinked file on disk, so that nothing outlives the process. Of
 * several files with one path the last is kept, but of logs the largest, because one reader wants more of them than
 * another.
 */
export class Spool {
  readonly #file: Promise<FileHandle>
  readonly #places = new Map<string, Place>()
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #written = 0
  #start = 0
  #writing: Promise<void> = Promise.resolve()

  constructor(folder: string) {
    this.#file = openUnnamed(folder)
    // The writer gets the error.
    this.#file.catch(() => undefined)
  }

  /** Accepts the next piece; resolves when there is room for more. */
  async add({ path, size, gzip, last, bytes }: FilePiece): Promise<void> {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    const end = this.#written + this.#waitingBytes
    if (last) {
      const known = this.#places.get(path)
      const isShorter = known !== undefined && known.size > size && isLog.test(path)
      if (!isShorter) this.#places.set(path, { at: this.#start, length: end - this.#start, size, gzip })
      this.#start = end
    }
    if (this.#waitingBytes >= blockBytes) await this.flush()
  }

  /** Adds a complete file. */
  put = (path: string, bytes: Uint8Array): Promise<void> =>
    this.add({ path, size: bytes.length, gzip: false, last: true, bytes })

  /** Yields every file in order of arrival; `bytes` is null when it does not unpack to the announced size. */
  async *entries(): AsyncGenerator<BundleEntry | { readonly path: string; readonly bytes: null }> {
    await this.flush()
    const file = await this.#file
    for (const [path, place] of this.#places) yield { path, bytes: await readPlace(file, place) }
  }

  async close(): Promise<void> {
    const file = await this.#file.catch(() => null)
    await file?.close()
  }

  /** Resolves when everything is on disk. */
  flush(): Promise<void> {
    const block = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    const at = this.#written
    this.#written += block.length
    this.#writing = this.#writing.then(async () => writeAll(await this.#file, block, at))
    // The reader gets the error too.
    this.#writing.catch(() => undefined)
    return this.#writing
  }
}

const isLog = /\/var\/log\/|\.log$/

/** Writes all bytes at a position of a file. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

async function openUnnamed(folder: string): Promise<FileHandle> {
  const path = join(folder, `.netcheck-${randomBytes(8).toString('hex')}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}

const inflate = promisify<Uint8Array, { maxOutputLength: number; chunkSize: number }, Uint8Array>(gunzip)
/** Concatenating chunks doubles their memory. */
const mostAtOnce = 1 << 20
const leastAtOnce = 64

async function readPlace(file: FileHandle, { at, length, size, gzip }: Place): Promise<Uint8Array | null> {
  const { buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
  // One byte more, so that the end is reached within this chunk.
  const chunkSize = Math.min(mostAtOnce, Math.max(leastAtOnce, size + 1))
  const bytes = gzip
    ? await inflate(buffer, { maxOutputLength: Math.max(1, size), chunkSize }).catch(() => null)
    : buffer
  return bytes?.length === size ? bytes : null
}
