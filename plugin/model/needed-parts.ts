import type { PartName } from '../../shared/snapshot.ts'
import type { AnyCheck } from '../engine/check.ts'
import type { ClusterPartName } from '../engine/snapshot.ts'

/** Parts that checks look at, with those that are shown anyway: nothing else is asked of a node. */
export const neededParts = (checks: readonly AnyCheck[], shown: readonly PartName[]): readonly PartName[] => [
  ...new Set([
    ...shown,
    ...checks.flatMap(check => (check.scope === 'node' ? [...check.needs, ...check.wants] : check.wants)),
  ]),
]

/** What tables and the choice of nodes are made of. */
const alwaysShown: readonly ClusterPartName[] = ['nodes', 'pods', 'daemonSets', 'events']

/** The same for the API: checks' inputs, and what is shown anyway. */
export const neededClusterParts = (checks: readonly AnyCheck[]): readonly ClusterPartName[] => [
  ...new Set([...alwaysShown, ...checks.flatMap(({ cluster, wantsCluster }) => [...cluster, ...wantsCluster])]),
]
