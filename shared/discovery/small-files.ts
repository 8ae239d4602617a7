import type { Host, SmallFile, SmallFiles } from '../host.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { decodeText } from '../text.ts'
import { mapReads } from './values.ts'

/** Reads small files of one folder, one answer per name: in one call if the host supports it, otherwise one by one. */
export async function readSmallFiles(host: Host, files: SmallFiles): Promise<readonly Reading<SmallFile>[]> {
  const { folder, names } = files
  const quick = (await host.readSmall?.(files)) ?? []
  const found = quick.filter(file => file !== null)
  if (found.length === names.length) return found.map(ok)
  const left = names.filter((_, index) => !quick[index])
  const read = await mapReads(left, name => readOne(host, `${folder}/${name}`, files))
  const careful = new Map(left.map((name, index) => [name, read[index]]))
  return names.map((name, index) => {
    const file = quick[index]
    return file ? ok(file) : (careful.get(name) ?? unavailable('failed', `${folder}/${name} was not read`))
  })
}

/** Files per batch, after which the clock is checked; takes some hundredths of a second. */
const batchSize = 1024

/** Splits a list into batches. */
export const batchesOf = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  )

/** Reads as many of these files, in order, as there is time for. */
export async function readSmallFilesWithin(
  host: Host,
  files: SmallFiles,
  hasTime: () => boolean,
): Promise<readonly Reading<SmallFile>[]> {
  const read: Reading<SmallFile>[] = []
  for (const names of batchesOf(files.names)) {
    if (!hasTime()) break
    read.push(...(await readSmallFiles(host, { ...files, names })))
  }
  return read
}

async function readOne(host: Host, path: string, { maxBytes, content }: SmallFiles): Promise<Reading<SmallFile>> {
  const entry = await host.stat(path)
  if (!isOk(entry)) return entry
  const { type, mtime = null, inode = null } = entry.value
  if (type !== 'file') return unavailable('failed', `it is no file (${type})`)
  if (content === false) return ok({ text: '', mtime, inode })
  return mapReading(await host.read(path, { maxBytes }), content => ({ text: decodeText(content), mtime, inode }))
}
