import type { ClusterPartName, ClusterParts, ClusterValues, Snapshot } from '../../plugin/engine/snapshot.ts'
import { clusterParts } from '../../plugin/gen/cluster-parts.ts'
import { nodeParts } from '../../shared/collect-node.ts'
import { ok, type Unavailable, unavailable } from '../../shared/reading.ts'
import type { PartName, PartValues } from '../../shared/snapshot.ts'

/** When every built snapshot was taken. */
const takenAt = '2026-01-01T12:00:00Z'

/** RFC 3339 time that many minutes before the snapshot. */
export const minutesAgo = (minutes: number): string => new Date(Date.parse(takenAt) - minutes * 60_000).toISOString()

/** Parts by name: a value, or the reason why it was not read. A part that is left out was not recorded. */
export type GivenParts = { readonly [K in PartName]?: PartValues[K] | Unavailable }
export type GivenCluster = { readonly [K in ClusterPartName]?: ClusterValues[K] | Unavailable }

interface Given {
  readonly cluster?: GivenCluster
  /** By node name; a text is the reason why nothing was read of it. */
  readonly nodes?: Readonly<Record<string, GivenParts | string>>
}

/** The smallest snapshot that holds what is given; all else was not looked at. */
export function snapshot({ cluster = {}, nodes = {} }: Given): Snapshot {
  return {
    takenAt,
    version: ok('v1.36.0'),
    cluster: clusterOf(cluster),
    nodes: Object.entries(nodes).map(([name, given]) =>
      typeof given === 'string'
        ? { name, status: 'not-read', why: given }
        : { name, status: 'read', parts: nodeParts(mapValues(given)) },
    ),
  }
}

const unread = unavailable('not-recorded', 'this was not asked for')

const clusterOf = (given: GivenCluster): ClusterParts => {
  const names = Object.keys(clusterParts).map(name => [name, { ...unread, ms: 0 }] as const)
  // Every part has the type of its own name; only the record of all of them loses it.
  return { ...Object.fromEntries(names), ...mapValues(given) } as unknown as ClusterParts
}

const mapValues = (given: object) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { ...toReading(value), ms: 0 }]))

const toReading = (value: unknown) => (isUnavailable(value) ? value : ok(value))

const isUnavailable = (value: unknown): value is Unavailable =>
  typeof value === 'object' && value !== null && 'status' in value && value.status === 'unavailable'
