import { constants, fsync, write } from 'node:fs'
import { promisify } from 'node:util'
import * as z from 'zod/mini'
import { leftNamespaceSchema, reservedSchema } from '../../shared/protocol/release.ts'
import { descriptor } from '../host/descriptor.ts'
import type { Folder } from './folder.ts'

/**
 * One line of a journal. The intent is written before a file is moved and the outcome afterwards. An intent without an
 * outcome was interrupted; only the backup then shows whether the file was moved.
 */
const lineSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('begin'), at: z.string(), asked: z.number() }),
  z.object({ event: z.literal('intent'), at: z.string(), reserved: reservedSchema }),
  z.object({ event: z.literal('released'), at: z.string(), network: z.string(), address: z.string() }),
  z.object({
    event: z.literal('not-released'),
    at: z.string(),
    network: z.string(),
    address: z.string(),
    why: z.string(),
  }),
  z.object({ event: z.literal('intent-namespace'), at: z.string(), namespace: leftNamespaceSchema }),
  z.object({ event: z.literal('removed'), at: z.string(), name: z.string() }),
  z.object({ event: z.literal('not-removed'), at: z.string(), name: z.string(), why: z.string() }),
  z.object({ event: z.literal('put-back'), at: z.string(), network: z.string(), address: z.string() }),
  z.object({ event: z.literal('end'), at: z.string() }),
])
export type JournalLine = z.infer<typeof lineSchema>
type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

/** The journal of a run, open for appending. */
export interface Journal {
  /** Resolves when the line is on the disk. Rejects with a system error such as ENOSPC. */
  append(line: Timeless<JournalLine>): Promise<void>
  close(): Promise<void>
}

const file = 'journal.jsonl'
const writing = promisify(write)
const sync = promisify(fsync)

/** Opens the journal of a run for appending and creates it if needed. */
export async function openJournal(run: Folder, now: () => number): Promise<Journal> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
  const fd = await descriptor.open(run.at(file), flags, 0o600)
  return {
    append: async line => {
      // Begins with a line feed, so that a line cut by a full disk does not swallow this one.
      const bytes = Buffer.from(`\n${JSON.stringify({ at: new Date(now()).toISOString(), ...line })}\n`)
      const { bytesWritten } = await writing(fd, bytes)
      if (bytesWritten < bytes.length) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
      await sync(fd)
    },
    close: () => descriptor.close(fd),
  }
}

/** A run writes at most a few thousand lines; anything beyond is not read. */
const mostBytes = 8 << 20

/** Lines of a journal. Malformed lines, such as one cut by a full disk, are skipped. */
export async function readJournal(run: Folder): Promise<readonly JournalLine[]> {
  const fd = await descriptor.open(run.at(file), constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = await descriptor.stat(fd)
    const length = Math.min(size, mostBytes)
    const { bytesRead, buffer } = await descriptor.read(fd, Buffer.alloc(length), 0, length, 0)
    return buffer.toString('utf8', 0, bytesRead).split('\n').flatMap(parseLine)
  } finally {
    await descriptor.close(fd)
  }
}

function parseLine(text: string): readonly JournalLine[] {
  try {
    const line = z.safeParse(lineSchema, JSON.parse(text))
    return line.success ? [line.data] : []
  } catch {
    return []
  }
}
