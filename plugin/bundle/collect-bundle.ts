import { NetcheckError } from '../../shared/errors.ts'
import type { FilePiece } from '../../shared/protocol/file.ts'
import type { RecordOrder } from '../../shared/protocol/messages.ts'
import type { LeftOut } from '../../shared/recording/support-logs.ts'
import type { NodeFiles, Recorder } from '../agents/node-files.ts'
import type { Kube } from '../kube/port.ts'
import { type ApiHalf, recordApi } from './collect-api.ts'
import { type BundleQueue, learningQueue, plainQueue } from './collect-queue.ts'
import type { BundleEntry } from './entry.ts'
import { keepHeapSmall, nodeGarbage, sweepBehind } from './small-heap.ts'
import type { BundleArchive } from './write-archive.ts'
import { Spool } from './write-spool.ts'
import { naming } from './write-target.ts'

interface CollectionSetup {
  readonly kube: Kube
  readonly archive: BundleArchive
  /** Folder for spooled files. */
  readonly folder: string
  readonly order: RecordOrder
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Called with every entry before any is written; null when nothing has to be learned. */
  readonly learn: ((entry: BundleEntry) => void) | null
  /** Stops waiting for the API; without `learn`, what was read by then is written. */
  readonly signal: AbortSignal
  /** Called when nothing more can be written. */
  readonly onFailure: (error: unknown) => void
}

/** The contents of a bundle under construction: the API's state first, then each node once it is completely read. */
export interface BundleCollection {
  /** Null when the signal aborted before it was complete. */
  readonly api: Promise<ApiHalf | null>
  /** Receives the files of nodes. */
  readonly recorder: Recorder
  /** Resolves when everything is written; to be called once, after the last node. */
  written(): Promise<void>
  /** Files that could not be written, and why. */
  readonly left: readonly LeftOut[]
}

/** Starts collecting; the API is read immediately. */
export function startCollection(setup: CollectionSetup): BundleCollection {
  const { kube, archive, folder, order, learn, onFailure, signal } = setup
  keepHeapSmall()
  const sweep = sweepBehind()
  const left: LeftOut[] = []
  const spool = new Spool(folder)
  const api = untilAborted(
    naming(folder, () => recordApi(kube, spool, order)),
    signal,
  )
  const half = api.then(known => requireNames(known, learn))
  half.catch(onFailure)
  const to = { archive: sweptBy(sweep, archive), left }
  const queue: BundleQueue = learn ? learningQueue(half, { ...to, learn }) : plainQueue(half, to)
  const inTurn = (files: Spool, prefix: string) =>
    naming(folder, () => queue.add({ spool: files, prefix })).catch(onFailure)
  void inTurn(spool, '')
  const open = (node: string): NodeFiles => {
    const files = new Spool(folder)
    return {
      add: piece => {
        sweep(piece.bytes.length)
        return addOr(files, piece, setup)
      },
      keep: () => {
        sweep(nodeGarbage)
        // Hundreds of nodes may be waiting.
        void files.flush().catch(() => undefined)
        void inTurn(files, `nodes/${node}/`)
      },
      drop: () => void files.close(),
    }
  }
  return { api, recorder: { order, now: setup.now, open }, written: () => naming(folder, queue.end), left }
}

const sweptBy = (sweep: (bytes: number) => void, archive: BundleArchive): Pick<BundleArchive, 'add'> => ({
  add: entry => {
    sweep(entry.bytes.length)
    return archive.add(entry)
  },
})

/** Without the API's state its names are unknown and could not be replaced. */
function requireNames(half: ApiHalf | null, learn: CollectionSetup['learn']): void {
  if (half !== null || learn === null) return
  throw new NetcheckError('INTERRUPTED', 'what the API tells was not read to its end, so names cannot be replaced')
}

/** Resolves to null as soon as the signal aborts; the work continues unawaited. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const aborted = new Promise<null>(resolve => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  return Promise.race([work, aborted])
}

/** A full disk is not the node's failure, but it ends the run. */
async function addOr(spool: Spool, piece: FilePiece, { folder, onFailure }: CollectionSetup): Promise<void> {
  try {
    await naming(folder, () => spool.add(piece))
  } catch (error) {
    onFailure(error)
    throw error
  }
}
