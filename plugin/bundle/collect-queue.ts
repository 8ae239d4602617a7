import type { LeftOut } from '../../shared/recording/support-logs.ts'
import type { BundleEntry } from './entry.ts'
import { entryPath } from './entry-path.ts'
import type { BundleArchive } from './write-archive.ts'
import type { Spool } from './write-spool.ts'

/** Files of one node, or of the API, to be written below a folder of the bundle. */
interface Batch {
  readonly spool: Spool
  /** Empty, or with a trailing slash. */
  readonly prefix: string
}

/** Batches that wait to be written. */
export interface BundleQueue {
  /** Resolves when the batch is written or queued. */
  add(batch: Batch): Promise<void>
  /** Resolves when all is written. */
  end(): Promise<void>
}

interface Destination {
  readonly archive: Pick<BundleArchive, 'add'>
  /** Receives what cannot be written, with the reason. */
  readonly left: LeftOut[]
}

/** Writes batches in order, the first once `ready` resolves. */
export function plainQueue(ready: Promise<unknown>, to: Destination): BundleQueue {
  let last: Promise<void> = ready.then(() => undefined)
  const add = (batch: Batch): Promise<void> => {
    last = last.then(() => drain(batch, to))
    last.catch(() => undefined)
    return last
  }
  return { add, end: () => last }
}

/** Holds everything back until it is complete: all names and addresses are learned before anything is written. */
export function learningQueue(
  ready: Promise<unknown>,
  { learn, ...to }: Destination & { readonly learn: (entry: BundleEntry) => void },
): BundleQueue {
  const batches: Batch[] = []
  return {
    add: async batch => void batches.push(batch),
    end: async () => {
      await ready
      for (const batch of batches)
        for await (const { path, bytes } of batch.spool.entries())
          if (bytes) learn({ path: `${batch.prefix}${path}`, bytes })
      for (const batch of batches) await drain(batch, to)
    },
  }
}

async function drain({ spool, prefix }: Batch, { archive, left }: Destination): Promise<void> {
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

/** Object names from the API and file names from nodes are untrusted. */
function isSane(path: string): boolean {
  try {
    return entryPath(path) === path
  } catch {
    return false
  }
}
