import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { BundleEntry } from './entry.ts'
import { folderSource } from './folder.ts'
import { naming, refuse } from './refusal.ts'
import { readTar } from './tar.ts'
import { walk } from './walk.ts'

/**
 * Yields all files of a bundle (a folder, `.tar.gz`, `.tgz` or `.tar`); only one is in memory at a time. Paths are
 * relative to the folder with `bundle.json`; an archive may contain a path twice, and the later one counts. Throws
 * NetcheckError `BUNDLE`, also at the end of a truncated archive.
 */
export async function* readEntries(path: string): AsyncIterable<BundleEntry> {
  try {
    const info = await stat(path)
    if (!info.isFile() && !info.isDirectory()) throw refuse('this is neither a file nor a folder')
    yield* info.isDirectory() ? walk(await folderSource(path)) : archiveEntries(path)
  } catch (cause) {
    throw naming(path, cause)
  }
}

async function* archiveEntries(path: string): AsyncIterable<BundleEntry> {
  const top = await findTop(path)
  for await (const entry of readTar(createReadStream(path))) {
    if (entry.path.startsWith(top)) yield { ...entry, path: entry.path.slice(top.length) }
  }
}

/** The folder of `bundle.json` with a trailing slash; empty when it is at the top. Bundles have this file first. */
async function findTop(path: string): Promise<string> {
  for await (const entry of readTar(createReadStream(path))) {
    const top = /^([^/]+\/)?bundle\.json$/.exec(entry.path)
    if (top) return top[1] ?? ''
  }
  throw refuse('it has no bundle.json')
}
