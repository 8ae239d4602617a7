import { messageOf } from '../../shared/errors.ts'
import { oneLine } from '../../shared/text.ts'
import type { BundleEntry, Rewrite } from './entry.ts'
import { endOfTar, gzipMember, headMember, type TarFolder, tarEntry } from './write-tar.ts'
import { type BundleTarget, fileTarget, streamTarget } from './write-target.ts'

/** Contents of `bundle.json`. Source: netcheck-bundle/1. */
export interface BundleAbout {
  readonly format: 'netcheck-bundle/1'
  /** RFC 3339. */
  readonly createdAt: string
  readonly tool: string
  readonly redacted: boolean
  /** Why something is missing; absent when nothing is. */
  readonly partial?: string
}

/** An archive that is written entry by entry; at most one entry is in memory. */
export interface BundleArchive {
  /** Appends a file. After one failed write, every later call rejects. */
  add(entry: BundleEntry): Promise<void>
  /** Completes the archive after the last written entry and publishes it, even after a failure. */
  finish(about: BundleAbout): Promise<void>
  drop(): Promise<void>
  /** Entries, their bytes, and bytes of the archive so far. */
  readonly written: { readonly entries: number; readonly unpacked: number; readonly packed: number }
}

interface ArchiveSetup extends TarFolder {
  readonly rewrite: Rewrite
  /** `bundle.json` in case the archive is never finished. */
  readonly about: BundleAbout
}

/** Creates an archive at an unused path. Throws NetcheckError `BUNDLE`. */
export async function createArchive(path: string, setup: ArchiveSetup, processId: number): Promise<BundleArchive> {
  const target = await fileTarget(path, { processId, head: await headOf(setup.about, setup) })
  const finish = async (about: BundleAbout) => target.finish(await gzipMember([endOfTar]), await headOf(about, setup))
  return makeArchive(target, setup, finish)
}

/** Writes an archive to a stream, whose first entry cannot be replaced later. */
export function streamArchive(write: (bytes: Uint8Array) => Promise<void>, setup: ArchiveSetup): BundleArchive {
  const target = streamTarget(write)
  return makeArchive(target, setup, async about => {
    const entry = await tarEntry({ path: 'bundle.json', bytes: new TextEncoder().encode(textOf(about)) }, setup)
    await target.finish(await gzipMember([...entry, endOfTar]), null)
  })
}

const headOf = (about: BundleAbout, folder: TarFolder) => headMember('bundle.json', textOf(about), folder)
/** Keeps the first entry within its fixed size. */
const mostWhy = 600
const textOf = (about: BundleAbout): string =>
  `${JSON.stringify(about.partial === undefined ? about : { ...about, partial: oneLine(about.partial, mostWhy) })}\n`

/** Size of a gzip member before compression; a full disk loses at most one member. */
const memberBytes = 1 << 20

/**
 * An archive is a sequence of gzip members, which every program reads as one stream: truncated after any member and
 * given an end, it is still valid.
 */
function makeArchive(
  target: BundleTarget,
  setup: ArchiveSetup,
  finish: (about: BundleAbout) => Promise<void>,
): BundleArchive {
  const written = { entries: 0, unpacked: 0, packed: 0 }
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let last: Promise<void> = Promise.resolve()

  const flush = async () => {
    const pieces = waiting
    waiting = []
    waitingBytes = 0
    if (pieces.length === 0) return
    const member = await gzipMember(pieces)
    await target.append(member)
    written.packed += member.length
  }
  const write = async (entry: BundleEntry) => {
    const rewritten = setup.rewrite(entry)
    const pieces = await tarEntry(rewritten, setup)
    written.entries += 1
    written.unpacked += rewritten.bytes.length
    waiting.push(...pieces)
    waitingBytes += rewritten.bytes.length
    if (waitingBytes >= memberBytes) await flush()
  }
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work)
    // The next caller gets the error too.
    last.catch(() => undefined)
    return last
  }
  return {
    written,
    add: entry => inTurn(() => write(entry)),
    finish: async about => {
      const failure = await inTurn(flush).then(
        () => null,
        (error: unknown) => messageOf(error),
      )
      await finish(failure === null ? about : { ...about, partial: about.partial ?? failure })
    },
    drop: () => target.drop(),
  }
}
