import * as z from 'zod/mini'
import { findCniDirectories } from '../discovery/cni-directories.ts'
import { readConfigDirectory } from '../discovery/cni-files.ts'
import { lookAgain, secondLookSchema } from '../discovery/second-look.ts'
import { batchesOf, readSmallFiles } from '../discovery/small-files.ts'
import { mapReads, unlessUnread } from '../discovery/values.ts'
import { parseReservation } from '../formats/reservation.ts'
import type { FileEntry, Host, SmallFile } from '../host.ts'
import { formatAddress, isIPv4, parseAddress } from '../ip.ts'
import { limits } from '../limits.ts'
import { definePart, readingOf } from '../part.ts'
import { isMissing, isOk, ok, type Reading, valueOr } from '../reading.ts'

const reservationSchema = z.object({
  /** The file's name: an address in canonical form. */
  address: z.string(),
  /** First line of the file: id of the sandbox; empty in a file left empty by a crash. */
  containerId: z.string(),
  /** Second line; plugins before 0.8 wrote none. */
  interfaceName: z.nullable(z.string()),
  mtime: z.nullable(z.string()),
  inode: z.nullable(z.number()),
})

const storeSchema = z.object({
  /** `<dataDir>/<network>`. */
  path: z.string(),
  network: z.string(),
  reservations: z.array(reservationSchema),
  /** Names that are neither an address nor host-local's own files, and unreadable files. */
  strays: z.array(
    z.object({
      name: z.string(),
      why: z.string(),
      /** Whether it may be a valid file that could not be read. */
      unread: z.boolean(),
    }),
  ),
  /** Number of reservations not read because there are too many. */
  omitted: z.number(),
})

/** Reservations of the host-local IPAM plugin. Source: containernetworking/plugins, host-local/backend/disk. */
const hostLocalSchema = z.object({
  /** By data directory; `missing` when nothing was ever reserved. */
  roots: z.array(z.object({ path: z.string(), stores: readingOf(z.array(storeSchema)) })),
  /** Absent when the reservations were read only once. */
  secondLook: z.optional(secondLookSchema),
})
export type HostLocal = z.infer<typeof hostLocalSchema>
export type HostLocalStore = z.infer<typeof storeSchema>
export type Reservation = z.infer<typeof reservationSchema>

export const hostLocal = definePart<HostLocal>({
  schema: hostLocalSchema,
  collect: async (host, context) => {
    const { now, deadlineMs = limits.partMs } = context
    // A /16 store may exceed the part's deadline; a partial result is better than none.
    const from = now()
    const hasTime = () => now() < from + deadlineMs * 0.8
    const folders = new Map<string, FileEntry>()
    const roots = await mapReads(await findRoots(host), async path => ({
      path,
      stores: await readRoot({ host, hasTime, folders }, path),
    }))
    const stores = roots.flatMap(({ stores }) => valueOr(stores, []))
    const sighted = stores.map(({ path, reservations }) => ({ path, reservations, folder: folders.get(path) ?? null }))
    return unlessUnread(
      roots.map(({ stores }) => stores),
      { roots, secondLook: await lookAgain(host, sighted, { context, from, until: from + deadlineMs * 0.9 }) },
    )
  },
})

const defaultRoot = '/var/lib/cni/networks'

/** A store of a whole /16. */
const mostReservations = 65_536

interface Reader {
  readonly host: Host
  readonly hasTime: () => boolean
  /** The entry of every store before it was listed. */
  readonly folders: Map<string, FileEntry>
}

/** Data directories in any configuration, and the default one, which may contain leftovers. */
async function findRoots(host: Host): Promise<readonly string[]> {
  const { config } = await findCniDirectories(host)
  const directory = await readConfigDirectory(host, config.path)
  const named = (isOk(directory) ? directory.value.files : []).flatMap(({ content }) =>
    isOk(content) ? content.value.plugins.flatMap(({ ipam }) => ipam?.dataDir ?? []) : [],
  )
  const paths = named.filter(path => path.startsWith('/')).map(path => path.replace(/(?<=.)\/+$/, ''))
  return [...new Set([defaultRoot, ...paths])]
}

async function readRoot(reader: Reader, root: string): Promise<Reading<HostLocalStore[]>> {
  const names = await reader.host.list(root)
  if (!isOk(names)) return names
  // No network's name begins with a dot; netcheck's backups are in such a folder.
  const networks = names.value.filter(name => !name.startsWith('.'))
  const stores = await mapReads(networks.slice(0, 1024), async network => {
    const path = `${root}/${network}`
    const entry = await reader.host.stat(path)
    if (isOk(entry)) reader.folders.set(path, entry.value)
    const mayBeStore = isOk(entry) ? entry.value.type === 'dir' : !isMissing(entry)
    return mayBeStore ? [await readStore(reader, { path, network })] : []
  })
  const unread = stores.flat().find(store => !isOk(store))
  if (unread && !isOk(unread)) return unread
  return ok(stores.flat().flatMap(store => (isOk(store) ? [store.value] : [])))
}

const isOwnFile = (name: string): boolean =>
  name.startsWith('l') && (name === 'lock' || /^last_reserved_ip\.\d+$/.test(name))

async function readStore(
  reader: Reader,
  { path, network }: { path: string; network: string },
): Promise<Reading<HostLocalStore>> {
  const names = await reader.host.list(path)
  if (!isOk(names)) return isMissing(names) ? ok({ path, network, reservations: [], strays: [], omitted: 0 }) : names
  const candidates = names.value.filter(name => !isOwnFile(name))
  const omitted = Math.max(0, candidates.length - mostReservations)
  const store: Draft = { path, network, reservations: [], strays: [], omitted }
  for (const batch of batchesOf(candidates.slice(0, mostReservations))) await readBatch(reader, store, batch)
  return ok(store)
}

/** A store under construction. */
type Draft = HostLocalStore & { omitted: number }

async function readBatch({ host, hasTime }: Reader, store: Draft, names: readonly string[]): Promise<void> {
  const addresses = names.filter(name => {
    const why = whyStray(name)
    if (why !== null) store.strays.push({ name, why, unread: false })
    return why === null
  })
  if (!hasTime()) {
    store.omitted += addresses.length
    return
  }
  const files = await readSmallFiles(host, { folder: store.path, names: addresses, maxBytes: 1024 })
  for (const [index, file] of files.entries()) keepFile(store, addresses[index] ?? '', file)
}

function whyStray(name: string): string | null {
  // IPv4 addresses have only one notation.
  if (isIPv4(name)) return null
  const address = parseAddress(name)
  if (!address) return 'the name is no address'
  return formatAddress(address) === name ? null : 'the name is not the usual text of its address'
}

function keepFile({ reservations, strays }: Draft, name: string, file: Reading<SmallFile>): void {
  if (!isOk(file)) {
    // A missing file was released since the directory was listed.
    if (!isMissing(file)) strays.push({ name, why: file.detail, unread: !file.detail.startsWith('it is no file') })
    return
  }
  const { text, mtime, inode } = file.value
  const content = parseReservation(text)
  if (!content) {
    strays.push({ name, why: 'the content is no container id', unread: false })
    return
  }
  const { containerId, interfaceName } = content
  reservations.push({ address: name, containerId, interfaceName, mtime, inode })
}
