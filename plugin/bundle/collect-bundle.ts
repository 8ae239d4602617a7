import { NetcheckError } from '../../shared/errors.ts'
import type { FilePiece } from '../../shared/protocol/file.ts'
import type { RecordOrder } from '../../shared/protocol/messages.ts'
import type { LeftOut } from '../../shared/recording/support-logs.ts'
import type { NodeFiles, Recorder } from '../agents/node-files.ts'
import type { Kube } from '../kube/port.ts'
import { type ApiHalf, recordApi } from './collect-api.ts'
import type { BundleEntry } from './entry.ts'
import { entryPath } from './entry-path.ts'
import type { BundleArchive } from './write-archive.ts'
import { Spool } from './write-spool.ts'
import { naming } from './write-target.ts'

interface CollectionSetup {
  readonly kube: Kube
  readonly archive: BundleArchive
  /** For what waits for its turn. */
  readonly folder: string
  readonly order: RecordOrder
  /** Is shown every entry of the API before any entry is written; null where nobody has to learn. */
  readonly learn: ((entry: BundleEntry) => void) | null
  /** Ends the waiting for the API; without `learn` what it has told by then is written. */
  readonly signal: AbortSignal
  /** Nothing more can be written. */
  readonly onFailure: (error: unknown) => void
}

/** What becomes a bundle: first what the API tells, then nodes as they are read, each when it is whole. */
export interface BundleCollection {
  /** Null when it was not waited for to its end. */
  readonly api: Promise<ApiHalf | null>
  /** Takes the files of nodes. */
  readonly recorder: Recorder
  /** Resolves when everything that was kept so far is written. */
  written(): Promise<void>
  /** Files that could not be written, and why. */
  readonly left: readonly LeftOut[]
}

/** Begins to collect. The API is asked at once; its half is written as soon as it is whole. */
export function startCollection(setup: CollectionSetup): BundleCollection {
  const { kube, archive, folder, order, onFailure } = setup
  const left: LeftOut[] = []
  const spool = new Spool(folder)
  const api = untilAborted(
    naming(folder, () => recordApi(kube, spool, order)),
    setup.signal,
  ).then(async half => {
    await naming(folder, () => teach(spool, half, setup))
    await naming(folder, () => drain(spool, { prefix: '', archive, left }))
    return half
  })
  let last: Promise<unknown> = api
  const inTurn = (work: () => Promise<void>) => {
    last = last.then(work)
    last.catch(onFailure)
  }
  last.catch(onFailure)
  const open = (node: string): NodeFiles => {
    const files = new Spool(folder)
    return {
      add: piece => addOr(files, piece, setup),
      keep: () => inTurn(() => naming(folder, () => drain(files, { prefix: `nodes/${node}/`, archive, left }))),
      drop: () => void files.close(),
    }
  }
  return { api, recorder: { order, open }, written: () => last.then(() => undefined), left }
}

async function teach(spool: Spool, half: ApiHalf | null, { learn }: CollectionSetup): Promise<void> {
  if (learn === null) return
  if (half === null) {
    throw new NetcheckError('INTERRUPTED', 'what the API tells was not read to its end, so names cannot be replaced')
  }
  for await (const entry of spool.entries()) if (entry.bytes) learn(entry)
}

/** Null as soon as the signal aborts; the work goes on, and nobody waits for it. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const aborted = new Promise<null>(resolve => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  return Promise.race([work, aborted])
}

/** A disk that is full is nobody's fault but ends the run. */
async function addOr(spool: Spool, piece: FilePiece, { folder, onFailure }: CollectionSetup): Promise<void> {
  try {
    await naming(folder, () => spool.add(piece))
  } catch (error) {
    onFailure(error)
    throw error
  }
}

interface Drain {
  readonly prefix: string
  readonly archive: BundleArchive
  readonly left: LeftOut[]
}

async function drain(spool: Spool, { prefix, archive, left }: Drain): Promise<void> {
  try {
    for await (const { path: name, bytes } of spool.entries()) {
      const path = `${prefix}${name}`
      if (bytes && isSane(path)) await archive.add({ path, bytes })
      else left.push({ what: path, message: bytes ? 'no bundle can hold this name' : 'it came broken' })
    }
  } finally {
    await spool.close()
  }
}

/** Names of the API and of files on nodes are not ours. */
function isSane(path: string): boolean {
  try {
    return entryPath(path) === path
  } catch {
    return false
  }
}
