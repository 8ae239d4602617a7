import * as z from 'zod/mini'
import { directorySources, findCniDirectories } from '../discovery/cni-directories.ts'
import { configFileSchema, isLoadable, readConfigDirectory } from '../discovery/cni-files.ts'
import { knownConfigDirectories } from '../discovery/distributions.ts'
import { followLinks } from '../discovery/follow-links.ts'
import { mapReads } from '../discovery/values.ts'
import type { Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, ok } from '../reading.ts'

/** The runtime's directory of network configurations, and every file in it that a runtime considers. */
const cniConfigSchema = z.object({
  directory: z.object({ path: z.string(), source: z.enum(directorySources) }),
  /** Files ending in .conf, .conflist or .json, in the runtime's order (bytes). A missing directory is `missing`. */
  files: readingOf(z.array(configFileSchema)),
  /** Names of files that no runtime loads. */
  ignored: z.array(z.string()),
  /** Other existing well-known directories of this kind, with their files. */
  elsewhere: z.array(z.object({ path: z.string(), files: z.array(z.string()) })),
})
export type CniConfig = z.infer<typeof cniConfigSchema>
export type CniConfigFile = z.infer<typeof configFileSchema>

export const cniConfig = definePart<CniConfig>({
  schema: cniConfigSchema,
  collect: async host => {
    const { config: directory } = await findCniDirectories(host)
    const read = await readConfigDirectory(host, directory.path)
    if (!isOk(read) && !isMissing(read)) return read
    return ok({
      directory,
      files: mapReading(read, ({ files }) => [...files]),
      ignored: isOk(read) ? [...read.value.ignored] : [],
      elsewhere: await findElsewhere(host, directory.path),
    })
  },
})

/** Directories that are the same through a link count once. */
async function findElsewhere(host: Host, own: string): Promise<CniConfig['elsewhere']> {
  const realOwn = await realPath(host, own)
  const others = await mapReads(knownConfigDirectories, async path => {
    const names = await host.list(path)
    const isOther = isOk(names) && (await realPath(host, path)) !== realOwn
    return isOther ? [{ path, files: names.value.filter(isLoadable) }] : []
  })
  return others.flat()
}

async function realPath(host: Host, path: string): Promise<string> {
  const destination = await followLinks(host, path)
  return isOk(destination) ? destination.value.path : path
}
