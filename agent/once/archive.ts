import type { Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import tar from 'tar-stream'
import type { Write } from '../../shared/recording/record-host.ts'

/** A `.tar.gz` that is written as files are added. */
export interface Archive {
  /** Adds files one after the other. Never rejects: write errors surface in `written`. */
  readonly add: Write
  /** Ends the archive. */
  readonly end: () => void
  /** Resolves when everything is written, rejects on the first write error. */
  readonly written: Promise<void>
}

/**
 * Packs files below one folder into a stream. Memory is bounded: a file is accepted once the previous one is written.
 */
export function openArchive(output: Writable, { folder, at }: { folder: string; at: Date }): Archive {
  const pack = tar.pack()
  const written = pipeline(pack, createGzip(), output)
  let last = Promise.resolve()
  const add: Write = (path, bytes) => {
    last = last.then(() => addEntry(pack, { name: `${folder}/${path}`, mtime: at }, bytes)).catch(() => undefined)
    return last
  }
  return { add, end: () => void last.then(() => pack.finalize()), written }
}

async function addEntry(pack: tar.Pack, header: { name: string; mtime: Date }, bytes: Uint8Array): Promise<void> {
  if (pack.destroyed) return
  const entry = pack.entry({ ...header, size: bytes.length, mode: 0o600 })
  entry.end(bytes)
  await finished(entry)
}
