import * as z from 'zod/mini'
import { findCniCaches } from '../discovery/cni-caches.ts'
import { readSmallFilesWithin } from '../discovery/small-files.ts'
import { mapReads, unlessUnread } from '../discovery/values.ts'
import { cniResultSchema, parseCniResult } from '../formats/cni-result.ts'
import type { Host, SmallFile } from '../host.ts'
import { limits } from '../limits.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading } from '../reading.ts'

const entrySchema = z.extend(cniResultSchema, { mtime: z.nullable(z.string()) })

const cacheSchema = z.object({
  /** One per sandbox, network and interface, including `cni-loopback`. */
  entries: z.array(entrySchema),
  /** Files that are not a result, or could not be read. */
  strays: z.array(z.object({ name: z.string(), why: z.string() })),
  /** Number of files not read because there are too many. */
  omitted: z.number(),
})

/**
 * Libcni's cached result for every sandbox. A file is written when the whole plugin chain has succeeded and removed
 * with the sandbox: a reservation without one belongs to an attempt that failed or is still running.
 */
const cniResultsSchema = z.object({
  /** By folder; `missing` when no runtime on this host has cached any. */
  caches: z.array(z.object({ path: z.string(), results: readingOf(cacheSchema) })),
})
export type CniResults = z.infer<typeof cniResultsSchema>
export type CniResultEntry = z.infer<typeof entrySchema>

export const cniResults = definePart<CniResults>({
  schema: cniResultsSchema,
  collect: async (host, { now, deadlineMs = limits.partMs }) => {
    const until = now() + deadlineMs * 0.8
    const hasTime = () => now() < until
    const caches = await mapReads(await findCniCaches(host), async path => ({
      path,
      results: await readCache(host, { path, hasTime }),
    }))
    return unlessUnread(
      caches.map(({ results }) => results),
      { caches },
    )
  },
})

/** Two files per sandbox; their total must fit into a part. */
const mostFiles = 16_384

/** The file also contains the network's configuration and the pod's annotations. */
const maxBytes = 64 << 10

interface Place {
  readonly path: string
  readonly hasTime: () => boolean
}

type Cache = z.infer<typeof cacheSchema>

async function readCache(host: Host, { path, hasTime }: Place): Promise<Reading<Cache>> {
  const names = await host.list(path)
  if (!isOk(names)) return names
  const looked = names.value.slice(0, mostFiles)
  const files = await readSmallFilesWithin(host, { folder: path, names: looked, maxBytes }, hasTime)
  const found = files.map((file, index) => entryOf(looked[index] ?? '', file))
  return ok({
    entries: found.flatMap(each => (each !== null && 'containerId' in each ? [each] : [])),
    strays: found.flatMap(each => (each !== null && 'why' in each ? [each] : [])),
    omitted: names.value.length - files.length,
  })
}

/** Null for a file that was removed since the folder was listed. */
function entryOf(name: string, file: Reading<SmallFile>): CniResultEntry | Cache['strays'][number] | null {
  if (isMissing(file)) return null
  if (!isOk(file)) return { name, why: file.detail }
  const result = parseCniResult(file.value.text, name)
  return result ? { ...result, mtime: file.value.mtime } : { name, why: 'the content is no result of a network' }
}
