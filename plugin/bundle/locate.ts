import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import * as z from 'zod/mini'
import { isOk } from '../../shared/reading.ts'
import { oneLine } from '../../shared/text.ts'
import { archiveSource } from './archive.ts'
import { folderSource } from './folder.ts'
import { combinedDump } from './foreign/combined-dump.ts'
import { readDump } from './foreign/read-dump.ts'
import { readJson } from './json.ts'
import { mergeBundles } from './merge.ts'
import { peek } from './peek.ts'
import { refuse } from './refusal.ts'
import type { BundleSource, Input } from './source.ts'
import { below, wholeNodes } from './views.ts'

/**
 * Opens the bundle at a path. `bundle.json` is at its top, or in folders at its top that are then merged as several
 * bundles.
 */
export async function locateBundle(path: string, input: Input | undefined): Promise<BundleSource> {
  const found = await openPlace(path, input)
  const tops = await topsOf(found)
  if (tops.length === 0) {
    const dump = await readDump(found)
    if (dump) return mergeBundles([dump], found.notes)
    throw refuse('it has no bundle.json and is not a dump that netcheck can read', { hint: known })
  }
  const bundles = await Promise.all(tops.map(top => finishedPart(below(found, top), found.isCut ?? false)))
  return mergeBundles(bundles, found.notes)
}

const known =
  'netcheck reads its own bundles, and kubectl cluster-info dump, Troubleshoot and must-gather, as folder or .tar.gz'

const aboutSchema = z.object({ partial: z.optional(z.string()) })

/** Only the completely recorded part of a truncated recording. */
async function finishedPart(bundle: BundleSource, isCut: boolean): Promise<BundleSource> {
  const about = await readJson(bundle, 'bundle.json', aboutSchema)
  const why = isOk(about) ? about.value.partial : undefined
  if (why !== undefined) return { ...wholeNodes(bundle), notes: [`the recording is incomplete: ${oneLine(why)}`] }
  return isCut ? wholeNodes(bundle) : bundle
}

async function openPlace(path: string, input: Input | undefined): Promise<BundleSource & { readonly isCut?: boolean }> {
  if (path === '-' || path === '/dev/stdin') {
    if (!input) throw refuse('standard input cannot be read here')
    return openStream(input())
  }
  const info = await stat(path)
  if (info.isDirectory()) return folderSource(path)
  if (info.isFile()) return openStream(createReadStream(path))
  throw refuse('this is neither a file nor a folder')
}

/** Opens an archive, or a text that begins with JSON. */
async function openStream(stream: AsyncIterable<Uint8Array>): Promise<BundleSource & { readonly isCut?: boolean }> {
  const [start, whole] = await peek(stream, 1)
  return start[0] === 0x7b ? combinedDump(whole) : archiveSource(whole)
}

async function topsOf(found: BundleSource): Promise<readonly string[]> {
  if (await found.read('bundle.json')) return ['']
  const tops: string[] = []
  for (const name of (await found.list('')) ?? []) {
    if (await found.read(`${name}/bundle.json`)) tops.push(name)
  }
  return tops
}
