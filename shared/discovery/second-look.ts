import * as z from 'zod/mini'
import { parseReply, sandboxesReplySchema } from '../formats/cri.ts'
import type { FileEntry, Host } from '../host.ts'
import { type CollectContext, collectPart, definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, unavailable } from '../reading.ts'
import { batchesOf, readSmallFiles } from './small-files.ts'
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

/** A folder of reservations as the first look found them. */
interface Sighted {
  readonly path: string
  /** The folder itself before its names were listed; null where nobody could tell. */
  readonly folder: FileEntry | null
  readonly reservations: readonly Sighting[]
}

interface Sighting {
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
  stores: readonly Sighted[],
  { context, from, until }: Timing,
): Promise<SecondLook> {
  const deadlineMs = Math.max(0, until - context.now())
  const sandboxes = await collectPart(sandboxIds, { host, context, deadlineMs })
  const namespaces = await firstRead(['/run/netns', '/var/run/netns'].map(path => () => host.list(path)))
  const ids = isOk(sandboxes) ? new Set(sandboxes.value) : null
  const suspects = ids === null ? [] : stores.map(store => withoutOwners(store, ids))
  if (suspects.some(({ reservations }) => reservations.length > 0)) await context.pause(context.sampleMs)
  const changed = await changedOf(host, suspects, { from, hasTime: () => context.now() < until })
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

const withoutOwners = ({ reservations, ...store }: Sighted, ids: ReadonlySet<string>): Sighted => ({
  ...store,
  reservations: reservations.filter(({ containerId }) => !ids.has(containerId)),
})

interface Looking {
  /** When the first look began; ms since the epoch. */
  readonly from: number
  readonly hasTime: () => boolean
}

async function changedOf(host: Host, suspects: readonly Sighted[], { from, hasTime }: Looking): Promise<string[]> {
  const changed: string[] = []
  // One after the other: a batch is read side by side already, and the clock is looked at in between.
  for (const { path, folder, reservations } of suspects) {
    if (reservations.length === 0 || (await isUntouched(host, { path, folder, from }))) continue
    for (const batch of batchesOf(reservations)) {
      const found = hasTime() ? await changedIn(host, path, batch) : batch
      changed.push(...found.map(({ address }) => `${path}/${address}`))
    }
  }
  return changed
}

/** Some file systems keep whole seconds only: a younger time may stand for two changes. */
const coarsestClockMs = 2_000

/**
 * Whether no name came or went since the first look began: each of them writes the folder's time. To ask this takes a
 * ten-thousandth of the time that 65,536 files take.
 */
async function isUntouched(
  host: Host,
  { path, folder, from }: { readonly path: string; readonly folder: FileEntry | null; readonly from: number },
): Promise<boolean> {
  if (folder?.mtime === undefined || folder.inode === undefined) return false
  if (!(Date.parse(folder.mtime) < from - coarsestClockMs)) return false
  const now = await host.stat(path)
  return isOk(now) && now.value.mtime === folder.mtime && now.value.inode === folder.inode
}

async function changedIn(host: Host, folder: string, batch: readonly Sighting[]): Promise<readonly Sighting[]> {
  const names = batch.map(({ address }) => address)
  const files = await readSmallFiles(host, { folder, names, maxBytes: 0, content: false })
  return batch.filter((seen, index) => {
    const file = files[index]
    return !(file && isOk(file) && file.value.mtime === seen.mtime && file.value.inode === seen.inode)
  })
}
