import type { PartName } from '../../shared/snapshot.ts'
import { replaySnapshot } from '../bundle/replay.ts'
import { openBundle } from '../bundle/source.ts'
import type { AnyCheck } from '../engine/check.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { neededParts } from '../model/needed-parts.ts'
import type { From } from './from.ts'
import type { Io } from './io.ts'

/** The parts of Io used for reading a recording: stdin, and notes about what it is. */
export type Reader = Partial<Pick<Io, 'input' | 'note'>>

/**
 * Reads recordings as one snapshot, restricted to what the given checks and tables need. Throws NetcheckError `BUNDLE`.
 */
export async function readBundle(
  from: From,
  { checks, shown }: { readonly checks: readonly AnyCheck[]; readonly shown: readonly PartName[] },
  { input, note }: Reader = {},
): Promise<Snapshot> {
  const source = await openBundle(from, input)
  for (const sentence of source.notes ?? []) note?.(`note: ${sentence}`)
  return replaySnapshot(source, neededParts(checks, shown))
}
