import type { Host } from '../host.ts'
import { isMissing, isOk, ok, type Reading, unavailable, valueOr } from '../reading.ts'
import { listProcesses } from './processes.ts'
import { mapReads, readValue } from './values.ts'

/** A process that owns a socket. */
export interface SocketOwner {
  readonly pid: number
  /** `comm`, at most 15 characters. */
  readonly name: string
}

/** Maximum number of descriptors to examine; owners of further sockets stay unknown. */
const mostDescriptors = 8192
const mostOfOneProcess = 1024

/** The owners of the requested sockets. */
export interface SocketOwners {
  /** The owner of a socket; `missing` when every process was examined, otherwise the reason why it is unknown. */
  readonly of: (inode: number) => Reading<SocketOwner>
}

/**
 * Finds the processes that own the given sockets through their descriptors: network programs first, then all others by
 * start time, until every socket has an owner or the limit is reached.
 */
export async function findSocketOwners(host: Host, inodes: ReadonlySet<number>): Promise<SocketOwners> {
  const search: Search = { host, wanted: new Set(inodes), owners: new Map(), left: mostDescriptors, unread: null }
  for (const pid of await orderProcesses(host, search)) {
    if (search.wanted.size === 0) break
    if (search.left <= 0) {
      search.unread ??= unavailable('too-large', `the first ${mostDescriptors} descriptors of processes do not hold it`)
      break
    }
    await searchProcess(search, pid)
  }
  const nobody = search.unread ?? unavailable('missing', 'no process of the host holds it')
  return {
    of: inode => {
      const owner = search.owners.get(inode)
      return owner ? ok(owner) : nobody
    },
  }
}

interface Search {
  readonly host: Host
  readonly wanted: Set<number>
  readonly owners: Map<number, SocketOwner>
  left: number
  /** The first reason why a descriptor was not examined. */
  unread: Reading<never> | null
}

async function orderProcesses(host: Host, search: Search): Promise<readonly number[]> {
  const [known, names] = await Promise.all([listProcesses(host), host.list('/proc')])
  const first = isOk(known) ? known.value.processes.map(({ pid }) => pid) : []
  if (!isOk(names)) {
    search.unread = names
    return first
  }
  const all = names.value.filter(name => /^\d{1,10}$/.test(name)).map(Number)
  if (!all.includes(1)) search.unread = unavailable('not-recorded', 'the recording holds only some processes')
  return [...new Set([...first, ...all.sort((a, b) => a - b)])]
}

async function searchProcess(search: Search, pid: number): Promise<void> {
  const { host } = search
  const folder = `/proc/${pid}/fd`
  const names = await host.list(folder)
  if (!isOk(names)) {
    // A process may end while it is examined.
    if (!isMissing(names)) search.unread ??= names
    return
  }
  const descriptors = names.value.slice(0, Math.min(mostOfOneProcess, search.left))
  if (descriptors.length < names.value.length)
    search.unread ??= unavailable('too-large', `${folder} has too many descriptors`)
  search.left -= descriptors.length
  const entries = await mapReads(descriptors, name => host.stat(`${folder}/${name}`))
  const held = entries.map(entry => (isOk(entry) ? socketOf(entry.value.target) : null)).filter(isWanted(search))
  if (held.length === 0) return
  const name = await readValue(host, `/proc/${pid}/comm`)
  for (const inode of held) {
    search.owners.set(inode, { pid, name: valueOr(name, '') })
    search.wanted.delete(inode)
  }
}

const isWanted =
  (search: Search) =>
  (inode: number | null): inode is number =>
    inode !== null && search.wanted.has(inode)

function socketOf(target: string | undefined): number | null {
  const inode = /^socket:\[(?<inode>\d{1,15})\]$/.exec(target ?? '')?.groups?.inode
  return inode === undefined ? null : Number(inode)
}
