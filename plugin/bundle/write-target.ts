import { unlinkSync } from 'node:fs'
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { messageOf, NetcheckError } from '../../shared/errors.ts'
import { describeWriteFailure } from '../../shared/recording/write-failure.ts'
import { writeAll } from './write-spool.ts'

/** Destination of a bundle's gzip members. Everything throws NetcheckError `BUNDLE`. */
export interface BundleTarget {
  /** Appends a member completely or not at all. */
  append(member: Uint8Array): Promise<void>
  /**
   * Writes the last member, for which space is reserved, and publishes the bundle. `head` replaces the first member.
   */
  finish(last: Uint8Array, head: Uint8Array | null): Promise<void>
  /** Removes an unfinished bundle. */
  drop(): Promise<void>
}

/** Space reserved after the written data, so that a full disk still has room for the end of the archive. */
const reserve = new Uint8Array(4096)

/**
 * A file that gets its final name only when it is complete, readable by its owner only. It follows no link and replaces
 * nothing. `head` is its first member, which can later be replaced by one of the same length.
 */
export async function fileTarget(
  path: string,
  { processId, head }: { readonly processId: number; readonly head: Uint8Array },
): Promise<BundleTarget> {
  const temporary = join(dirname(path), `.${basename(path)}.${processId}`)
  const file = await naming(path, () => open(temporary, 'wx', 0o600))
  // A second Ctrl-C exits without unwinding.
  const atExit = () => unlinkSync(temporary)
  process.once('exit', atExit)
  let end = 0
  const target: BundleTarget = {
    append: member =>
      naming(path, async () => {
        await appendTo(file, member, end)
        end += member.length
      }),
    finish: (last, newHead) =>
      naming(path, async () => {
        await closeWith(file, { last, end, head: newHead })
        process.off('exit', atExit)
        await place(temporary, path)
      }),
    drop: async () => {
      process.off('exit', atExit)
      await file.close().catch(() => undefined)
      await unlink(temporary).catch(() => undefined)
    },
  }
  try {
    await target.append(head)
    return target
  } catch (error) {
    await target.drop()
    throw error
  }
}

/** On failure the previous content and the reserved space are restored. */
async function appendTo(file: FileHandle, member: Uint8Array, end: number): Promise<void> {
  try {
    await writeAll(file, member, end)
    await writeAll(file, reserve, end + member.length)
  } catch (error) {
    await file.truncate(end + reserve.length)
    throw error
  }
}

async function closeWith(
  file: FileHandle,
  { last, end, head }: { readonly last: Uint8Array; readonly end: number; readonly head: Uint8Array | null },
): Promise<void> {
  await writeAll(file, last, end)
  await file.truncate(end + last.length)
  if (head) await writeAll(file, head, 0)
  await file.sync()
  await file.close()
}

/** A stream that the caller owns. */
export const streamTarget = (write: (bytes: Uint8Array) => Promise<void>): BundleTarget => ({
  append: member => naming('-', () => write(member)),
  finish: last => naming('-', () => write(last)),
  drop: async () => undefined,
})

/** Unlike rename(2), link(2) never replaces an existing file. */
async function place(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') {
      throw new NetcheckError('BUNDLE', `${path} has come into being meanwhile; the bundle is ${temporary}`, { cause })
    }
    // The file system does not support hard links.
    return rename(temporary, path)
  }
  await unlink(temporary)
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** Runs `work` and turns its failure into one sentence about a path. Throws NetcheckError `BUNDLE`. */
export async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof NetcheckError) throw cause
    const failure = { code: codeOf(cause), message: messageOf(cause) }
    throw new NetcheckError('BUNDLE', describeWriteFailure(path, failure), { cause })
  }
}
