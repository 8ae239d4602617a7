import type { PartName } from '../../shared/snapshot.ts'
import type { AnyCheck } from '../engine/check.ts'
import type { ClusterPartName } from '../engine/snapshot.ts'

/** Node parts that checks need or that are shown: nothing else is requested. */
export const neededParts = (checks: readonly AnyCheck[], shown: readonly PartName[]): readonly PartName[] => [
  ...new Set([
    ...shown,
    ...checks.flatMap(check => (check.scope === 'node' ? [...check.needs, ...check.wants] : check.wants)),
  ]),
]

/** Needed for tables and for choosing nodes. */
const alwaysShown: readonly ClusterPartName[] = ['nodes', 'pods', 'daemonSets', 'events']

/** Cluster parts that checks need or that are always shown. */
export const neededClusterParts = (checks: readonly AnyCheck[]): readonly ClusterPartName[] => [
  ...new Set([...alwaysShown, ...checks.flatMap(({ cluster, wantsCluster }) => [...cluster, ...wantsCluster])]),
]
