import type { Part, Reading } from '../../shared/reading.ts'
import type { NodeSnapshot } from '../../shared/snapshot.ts'
import type { clusterParts } from '../gen/cluster-parts.ts'

type Definitions = typeof clusterParts

export type ClusterPartName = keyof Definitions

type ValueOf<D> = D extends {
  collect: (...args: never[]) => Promise<Reading<infer T>>
}
  ? T
  : never

/** The value of each part of the API's state by its name. */
export type ClusterValues = {
  readonly [K in ClusterPartName]: ValueOf<Definitions[K]>
}

export type ClusterParts = {
  readonly [K in ClusterPartName]: Part<ClusterValues[K]>
}

/** Everything that was read, as plain data: the input of checks and the content of bundles. */
export interface Snapshot {
  /** RFC 3339. */
  readonly takenAt: string
  readonly version: Reading<string>
  readonly cluster: ClusterParts
  /** Every requested node, sorted by name. */
  readonly nodes: readonly NodeSnapshot[]
}
