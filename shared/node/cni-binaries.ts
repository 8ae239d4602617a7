import * as z from 'zod/mini'
import { directorySources, findCniDirectories } from '../discovery/cni-directories.ts'
import { followLinks } from '../discovery/follow-links.ts'
import { mapReads, unlessUnread } from '../discovery/values.ts'
import { elfHeaderBytes, parseElf } from '../formats/elf.ts'
import type { FileEntry, Host } from '../host.ts'
import { definePart, readingOf } from '../part.ts'
import { isOk, ok, type Reading, unavailable } from '../reading.ts'

const binarySchema = z.object({
  name: z.string(),
  type: z.enum(['file', 'dir', 'link', 'socket', 'other', 'unknown']),
  /** Of the entry itself, octal. */
  mode: z.nullable(z.string()),
  /** Target of a link as written. */
  target: z.nullable(z.string()),
  /** What is executed: the file itself, or the target of the link; `missing` for a dangling link. */
  file: readingOf(z.object({ size: z.number(), mode: z.string() })),
  /** Kind by the first bytes; null when unread. */
  kind: z.nullable(z.enum(['elf', 'script', 'empty', 'other'])),
  /** Architecture of an ELF file by Go's name, as in the Node API (`amd64`, `arm64`); null for other files. */
  architecture: z.nullable(z.string()),
  /** Whether an ELF file is shorter than its headers require. */
  cut: z.nullable(z.boolean()),
})

/** The runtime's plugin directories in search order, with their contents. */
const cniBinariesSchema = z.object({
  directories: z.array(
    z.object({
      path: z.string(),
      source: z.enum(directorySources),
      entries: readingOf(z.array(binarySchema)),
    }),
  ),
})
export type CniBinaries = z.infer<typeof cniBinariesSchema>
export type CniBinary = z.infer<typeof binarySchema>

export const cniBinaries = definePart<CniBinaries>({
  schema: cniBinariesSchema,
  collect: async host => {
    const { binaries } = await findCniDirectories(host)
    const directories = await mapReads(binaries, async ({ path, source }) => ({
      path,
      source,
      entries: await readEntries(host, path),
    }))
    return unlessUnread(
      directories.map(({ entries }) => entries),
      { directories },
    )
  },
})

/** Maximum number of entries to examine. */
const mostEntries = 1024

async function readEntries(host: Host, directory: string): Promise<Reading<CniBinary[]>> {
  const names = await host.list(directory)
  if (!isOk(names)) return names
  return ok(await mapReads(names.value.slice(0, mostEntries), name => readBinary(host, { directory, name })))
}

async function readBinary(host: Host, { directory, name }: { directory: string; name: string }): Promise<CniBinary> {
  const path = `${directory}/${name}`
  const entry = await host.stat(path)
  const file = await findFile(host, path)
  return {
    name,
    type: isOk(entry) ? entry.value.type : 'unknown',
    mode: isOk(entry) ? (entry.value.mode ?? null) : null,
    target: isOk(entry) ? (entry.value.target ?? null) : null,
    file,
    ...(isOk(file) ? await readHead(host, { path, size: file.value.size }) : nothingRead),
  }
}

async function findFile(host: Host, path: string): Promise<CniBinary['file']> {
  const destination = await followLinks(host, path)
  if (!isOk(destination)) return destination
  const { type, size, mode }: FileEntry = destination.value.entry
  if (type !== 'file') return unavailable('unsupported', `${path} is no file (${type})`)
  if (size === undefined || mode === undefined)
    return unavailable('not-recorded', `size or mode of ${path} is not known`)
  return ok({ size, mode })
}

type Head = Pick<CniBinary, 'kind' | 'architecture' | 'cut'>

const nothingRead: Head = { kind: null, architecture: null, cut: null }

async function readHead(host: Host, { path, size }: { path: string; size: number }): Promise<Head> {
  if (size === 0) return { ...nothingRead, kind: 'empty' }
  const head = await host.read(path, { maxBytes: elfHeaderBytes, keep: 'head' })
  if (!isOk(head)) return nothingRead
  const elf = parseElf(head.value.bytes)
  if (elf) return { kind: 'elf', architecture: elf.architecture, cut: size < elf.minimumSize }
  const [first, second] = head.value.bytes
  return { ...nothingRead, kind: first === 0x23 && second === 0x21 ? 'script' : 'other' }
}
