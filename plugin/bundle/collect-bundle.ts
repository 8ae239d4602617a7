import { NetcheckError } from '../../shared/errors.ts'
import type { FilePiece } from '../../shared/protocol/file.ts'
import type { RecordOrder } from '../../shared/protocol/messages.ts'
import type { LeftOut } from '../../shared/recording/support-logs.ts'
import type { NodeFiles, Recorder } from '../agents/node-files.ts'
import type { Kube } from '../kube/port.ts'
import { type ApiHalf, recordApi } from './collect-api.ts'
import { type BundleQueue, learningQueue, plainQueue } from './collect-queue.ts'
import type { BundleEntry } from './entry.ts'
import { keepHeapSmall, sweepBehind } from './small-heap.ts'
import type { BundleArchive } from './write-archive.ts'
import { Spool } from './write-spool.ts'
import { naming } from './write-target.ts'

interface CollectionSetup {
  readonly kube: Kube
  readonly archive: BundleArchive
  /** For what waits for its turn. */
  readonly folder: string
  readonly order: RecordOrder
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Is shown every entry before any is written; null where nobody has to learn. */
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
  /** Resolves when everything that was kept is written; to be asked once, when no more comes. */
  written(): Promise<void>
  /** Files that could not be written, and why. */
  readonly left: readonly LeftOut[]
}

/** Begins to collect. The API is asked at once. */
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
  const queue: BundleQueue = learn ? learningQueue(half, { archive, left, learn }) : plainQueue(half, { archive, left })
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
        // Hundreds may wait for their turn.
        void files.flush().catch(() => undefined)
        void inTurn(files, `nodes/${node}/`)
      },
      drop: () => void files.close(),
    }
  }
  return { api, recorder: { order, now: setup.now, open }, written: () => naming(folder, queue.end), left }
}

/** Names that nobody has heard of could not be replaced. */
function requireNames(half: ApiHalf | null, learn: CollectionSetup['learn']): void {
  if (half !== null || learn === null) return
  throw new NetcheckError('INTERRUPTED', 'what the API tells was not read to its end, so names cannot be replaced')
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
