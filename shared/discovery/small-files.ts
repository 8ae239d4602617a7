import type { Host, SmallFile, SmallFiles } from '../host.ts'
import { isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { mapReads } from './values.ts'

/** Reads small files of one folder, one answer per name: in one go where the host can, else one by one. */
export async function readSmallFiles(host: Host, files: SmallFiles): Promise<readonly Reading<SmallFile>[]> {
  const { folder, names, maxBytes } = files
  const quick = (await host.readSmall?.(files)) ?? []
  const left = names.filter((_, index) => !quick[index])
  const read = await mapReads(left, name => readOne(host, `${folder}/${name}`, maxBytes))
  const careful = new Map(left.map((name, index) => [name, read[index]]))
  return names.map((name, index) => {
    const file = quick[index]
    return file ? ok(file) : (careful.get(name) ?? unavailable('failed', `${folder}/${name} was not read`))
  })
}

async function readOne(host: Host, path: string, maxBytes: number): Promise<Reading<SmallFile>> {
  const entry = await host.stat(path)
  if (!isOk(entry)) return entry
  const { type, mtime = null, inode = null } = entry.value
  if (type !== 'file') return unavailable('failed', `it is no file (${type})`)
  return mapReading(await host.read(path, { maxBytes }), ({ bytes }) => ({ bytes, mtime, inode }))
}
