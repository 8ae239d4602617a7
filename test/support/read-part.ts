import { replayKube } from '../../plugin/bundle/replay-kube.ts'
import type { ClusterPartDefinition } from '../../plugin/kube/cluster-part.ts'
import type { Resource } from '../../plugin/kube/port.ts'
import type { Reading } from '../../shared/reading.ts'
import { memoryBundle } from './memory-bundle.ts'

/** Reads a cluster part from the API files of a bundle. */
export const readPart = <T>(
  part: ClusterPartDefinition<T>,
  files: Readonly<Record<string, unknown>>,
): Promise<Reading<T>> => part.collect(replayKube(memoryBundle(files)))

/** A list as a bundle holds it. */
export const listFile = ({ group, version, plural }: Resource, items: readonly unknown[]) => ({
  [`cluster/resources/${group || 'core'}/${version}/${plural}.json`]: { items },
})
