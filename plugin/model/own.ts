import { mapReading, type Part } from '../../shared/reading.ts'
import type { ClusterParts } from '../engine/snapshot.ts'

/** Label value of everything that netcheck creates. */
const product = 'kubectl-netcheck'
const ownName = /^netcheck-[0-9a-f]{8}(?:-|$)/

/** Removes netcheck's own pods, DaemonSets and their events, which must not cause findings. */
export const withoutOwn = (parts: ClusterParts): ClusterParts => ({
  ...parts,
  pods: keep(parts.pods, ({ labels }) => !isOwn(labels)),
  daemonSets: keep(parts.daemonSets, ({ labels }) => !isOwn(labels)),
  events: keep(parts.events, ({ object }) => !ownName.test(object.name)),
})

const isOwn = (labels: Readonly<Record<string, string>>): boolean => labels['app.kubernetes.io/name'] === product

const keep = <T>(part: Part<readonly T[]>, isKept: (item: T) => boolean): Part<readonly T[]> => ({
  ...mapReading(part, items => items.filter(isKept)),
  ms: part.ms,
})
