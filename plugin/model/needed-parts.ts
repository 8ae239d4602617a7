import type { PartName } from '../../shared/snapshot.ts'
import type { AnyCheck } from '../engine/check.ts'

/** Parts that checks look at, with those that are shown anyway: nothing else is asked of a node. */
export const neededParts = (checks: readonly AnyCheck[], shown: readonly PartName[]): readonly PartName[] => [
  ...new Set([
    ...shown,
    ...checks.flatMap(check => (check.scope === 'node' ? [...check.needs, ...check.wants] : check.wants)),
  ]),
]
