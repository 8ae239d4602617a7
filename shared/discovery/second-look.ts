import * as z from 'zod/mini'
import { parseReply, sandboxesReplySchema } from '../formats/cri.ts'
import type { FileEntry, Host } from '../host.ts'
import { type CollectContext, collectPart, definePart, readingOf } from '../part.ts'
import { isMissing, isOk, mapReading, unavailable } from '../reading.ts'
import { batchesOf, readSmallFiles } from './small-files.ts'
import { firstRead } from './values.ts'

/**
 * State after every reservation was read once. An address that nobody owns, that was old then and whose file is
 * unchanged at the second look has leaked: docs/ipam.md explains why the order matters.
 */
export const secondLookSchema = z.object({
  /** Start of the first look and end of the second, RFC 3339 by the host's clock; equal in a recording. */
  from: z.string(),
  until: z.string(),
  /** Ids of the runtime's sandboxes in every state, requested between the two looks. */
  sandboxes: readingOf(z.array(z.string())),
  /** Names in /run/netns; `missing` when it does not exist. */
  namespaces: readingOf(z.array(z.string())),
  /** Paths of reservations outside of these sandboxes whose file changed before the second look. */
  changed: z.array(z.string()),
})
export type SecondLook = z.infer<typeof secondLookSchema>

/** A folder of reservations as of the first look. */
interface Sighted {
  readonly path: string
  /** The folder's entry before it was listed; null when it could not be read. */
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
  /** Start of the first look and deadline of the second, ms since the epoch. */
  readonly from: number
  readonly until: number
}

/** Asks the witnesses, then examines again every reservation without a sandbox of the runtime. */
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

/** A hanging runtime must not make the reservations unread, so this has its own deadline. */
const sandboxIds = definePart<string[]>({
  schema: z.array(z.string()),
  collect: async host => {
    const reply = await host.cri('pod-sandboxes')
    // A host without a runtime has no answer, which differs from an empty list.
    if (!isOk(reply)) return isMissing(reply) ? unavailable('failed', reply.detail) : reply
    return mapReading(parseReply(sandboxesReplySchema, reply.value), ({ items }) => items.map(({ id }) => id))
  },
})

const withoutOwners = ({ reservations, ...store }: Sighted, ids: ReadonlySet<string>): Sighted => ({
  ...store,
  reservations: reservations.filter(({ containerId }) => !ids.has(containerId)),
})

interface Looking {
  /** Start of the first look, ms since the epoch. */
  readonly from: number
  readonly hasTime: () => boolean
}

async function changedOf(host: Host, suspects: readonly Sighted[], { from, hasTime }: Looking): Promise<string[]> {
  const changed: string[] = []
  // Sequential: a batch is already read concurrently, and the clock is checked in between.
  for (const { path, folder, reservations } of suspects) {
    if (reservations.length === 0 || (await isUntouched(host, { path, folder, from }))) continue
    for (const batch of batchesOf(reservations)) {
      const found = hasTime() ? await changedIn(host, path, batch) : batch
      changed.push(...found.map(({ address }) => `${path}/${address}`))
    }
  }
  return changed
}

/** Some file systems store whole seconds: a younger timestamp may hide a second change. */
const coarsestClockMs = 2_000

/**
 * Whether no file was added or removed since the first look: either updates the folder's time. This takes a
 * ten-thousandth of the time of 65,536 stats.
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
