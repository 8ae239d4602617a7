import type { PartName } from '../../shared/snapshot.ts'
import { replaySnapshot } from '../bundle/replay.ts'
import { openBundle } from '../bundle/source.ts'
import type { AnyCheck } from '../engine/check.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { neededParts } from '../model/needed-parts.ts'

/** A recording as far as the given checks and tables look at it. Throws NetcheckError `BUNDLE`. */
export const readBundle = async (
  path: string,
  { checks, shown }: { readonly checks: readonly AnyCheck[]; readonly shown: readonly PartName[] },
): Promise<Snapshot> => replaySnapshot(await openBundle(path), neededParts(checks, shown))
