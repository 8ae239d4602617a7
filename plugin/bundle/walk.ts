import type { BundleEntry } from './entry.ts'
import { bundleLimits } from './limits.ts'
import { refuse } from './refusal.ts'
import type { BundleSource } from './source.ts'

/** Yields all files of a bundle, folders in the order of their names. Throws NetcheckError `BUNDLE`. */
export async function* walk(source: BundleSource): AsyncIterable<BundleEntry> {
  const waiting: string[] = ['']
  let count = 0
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const folders: string[] = []
    for (const name of (await source.list(folder)) ?? []) {
      count += 1
      if (count > bundleLimits.entries) throw refuse(`the bundle holds more than ${bundleLimits.entries} files`)
      const path = folder === '' ? name : `${folder}/${name}`
      const bytes = await source.read(path)
      if (bytes) yield { path, bytes }
      else folders.push(path)
    }
    waiting.push(...folders.reverse())
  }
}
