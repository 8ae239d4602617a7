import * as z from 'zod/mini'
import { parseReply, sandboxesReplySchema } from '../formats/cri.ts'
import type { Host } from '../host.ts'
import { type CollectContext, collectPart, definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, unavailable } from '../reading.ts'
import { readSmallFiles } from './small-files.ts'
import { firstRead } from './values.ts'

/**
 * What was seen after every reservation had been read once. An address that belongs to nobody here, was old then and is
 * the same file at the second look leaked: see docs/ipam.md for why the order matters.
 */
export const secondLookSchema = z.object({
  /** When the first look began and when the second had ended, RFC 3339 by the host's clock; the same in a recording. */
  from: z.string(),
  until: z.string(),
  /** Ids of the runtime's sandboxes in every state, asked for after the first look and before the second. */
  sandboxes: readingOf(z.array(z.string())),
  /** Names of network namespaces in /run/netns; `missing` where none was ever made. */
  namespaces: readingOf(z.array(z.string())),
  /** Paths of reservations of none of these sandboxes that were not the same file at the second look. */
  changed: z.array(z.string()),
})
export type SecondLook = z.infer<typeof secondLookSchema>

/** A reservation as the first look found it. */
interface Sighting {
  readonly folder: string
  readonly address: string
  readonly containerId: string
  readonly mtime: string | null
  readonly inode: number | null
}

interface Timing {
  readonly context: CollectContext
  /** When the first look began, and when the second has to end; ms since the epoch. */
  readonly from: number
  readonly until: number
}

/** Asks the witnesses, then looks again at every reservation that no sandbox of the runtime owns. */
export async function lookAgain(
  host: Host,
  sightings: readonly Sighting[],
  { context, from, until }: Timing,
): Promise<SecondLook> {
  const deadlineMs = Math.max(0, until - context.now())
  const sandboxes = await collectPart(sandboxIds, { host, context, deadlineMs })
  const namespaces = await firstRead(['/run/netns', '/var/run/netns'].map(path => () => host.list(path)))
  const ids = isOk(sandboxes) ? new Set(sandboxes.value) : null
  const suspects = ids === null ? [] : sightings.filter(({ containerId }) => !ids.has(containerId))
  if (suspects.length > 0) await context.pause(context.sampleMs)
  const changed = await changedOf(host, suspects, () => context.now() < until)
  return {
    from: new Date(from).toISOString(),
    until: new Date(context.now()).toISOString(),
    sandboxes: mapReading(sandboxes, value => value),
    namespaces: mapReading(namespaces, names => [...names]),
    changed,
  }
}

/** A hanging runtime must not take the reservations with it, so it has a deadline of its own. */
const sandboxIds = definePart<string[]>({
  schema: z.array(z.string()),
  collect: async host => {
    const reply = await host.cri('pod-sandboxes')
    // A host without a runtime has no answer, which is no list without entries.
    if (!isOk(reply)) return isMissing(reply) ? unavailable('failed', reply.detail) : reply
    return mapReading(parseReply(sandboxesReplySchema, reply.value), ({ items }) => items.map(({ id }) => id))
  },
})

/** Files between two looks at the clock. */
const batchSize = 128

async function changedOf(host: Host, suspects: readonly Sighting[], hasTime: () => boolean): Promise<string[]> {
  const folders = [...new Set(suspects.map(({ folder }) => folder))]
  const batches = folders.flatMap(folder => batchesOf(suspects.filter(suspect => suspect.folder === folder)))
  const changed: string[] = []
  // One after the other: a batch is read side by side already, and the clock is looked at in between.
  for (const batch of batches) changed.push(...(hasTime() ? await changedIn(host, batch) : batch.map(pathOf)))
  return changed
}

const batchesOf = (items: readonly Sighting[]): readonly (readonly Sighting[])[] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  )

async function changedIn(host: Host, batch: readonly Sighting[]): Promise<readonly string[]> {
  const folder = batch[0]?.folder ?? ''
  const files = await readSmallFiles(host, { folder, names: batch.map(({ address }) => address), maxBytes: 1024 })
  return batch
    .filter((seen, index) => {
      const file = files[index]
      return !(file && isOk(file) && file.value.mtime === seen.mtime && file.value.inode === seen.inode)
    })
    .map(pathOf)
}

const pathOf = ({ folder, address }: Sighting): string => `${folder}/${address}`
