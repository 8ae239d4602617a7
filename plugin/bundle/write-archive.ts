import { messageOf } from '../../shared/errors.ts'
import { oneLine } from '../../shared/text.ts'
import type { BundleEntry, Rewrite } from './entry.ts'
import { endOfTar, gzipMember, headMember, type TarFolder, tarEntry } from './write-tar.ts'
import { type BundleTarget, fileTarget, streamTarget } from './write-target.ts'

/** What `bundle.json` says. Source: netcheck-bundle/1. */
export interface BundleAbout {
  readonly format: 'netcheck-bundle/1'
  /** RFC 3339. */
  readonly createdAt: string
  readonly tool: string
  readonly redacted: boolean
  /** Why something is missing; only where something is. */
  readonly partial?: string
}

/** An archive that grows entry by entry, of which at most one is in memory. */
export interface BundleArchive {
  /** Adds a file, after those before it. Rejects for good once something could not be written. */
  add(entry: BundleEntry): Promise<void>
  /** Ends the archive behind the last entry that was written, and puts it in its place, also after a failure. */
  finish(about: BundleAbout): Promise<void>
  drop(): Promise<void>
  /** Entries, their bytes, and bytes of the archive so far. */
  readonly written: { readonly entries: number; readonly unpacked: number; readonly packed: number }
}

interface ArchiveSetup extends TarFolder {
  readonly rewrite: Rewrite
  /** What stands in it should it never be finished. */
  readonly about: BundleAbout
}

/** Begins an archive at a path that is free. Throws NetcheckError `BUNDLE`. */
export async function createArchive(path: string, setup: ArchiveSetup, processId: number): Promise<BundleArchive> {
  const target = await fileTarget(path, { processId, head: await headOf(setup.about, setup) })
  const finish = async (about: BundleAbout) => target.finish(await gzipMember([endOfTar]), await headOf(about, setup))
  return makeArchive(target, setup, finish)
}

/** The same into a stream, where nothing can be put before what has left. */
export function streamArchive(write: (bytes: Uint8Array) => Promise<void>, setup: ArchiveSetup): BundleArchive {
  const target = streamTarget(write)
  return makeArchive(target, setup, async about => {
    const entry = await tarEntry({ path: 'bundle.json', bytes: new TextEncoder().encode(textOf(about)) }, setup)
    await target.finish(await gzipMember([...entry, endOfTar]), null)
  })
}

const headOf = (about: BundleAbout, folder: TarFolder) => headMember('bundle.json', textOf(about), folder)
/** As the first entry has so many bytes and no more. */
const mostWhy = 600
const textOf = (about: BundleAbout): string =>
  `${JSON.stringify(about.partial === undefined ? about : { ...about, partial: oneLine(about.partial, mostWhy) })}\n`

/** So much is packed into one member of gzip: what a full disk may take back. */
const memberBytes = 1 << 20

/**
 * Members of gzip follow each other, which every program reads as one: an archive that is cut behind any of them, with
 * an end put to it, is whole.
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
    // Whoever comes next is told too.
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
