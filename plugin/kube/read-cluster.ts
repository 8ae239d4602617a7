import { messageOf } from '../../shared/errors.ts'
import { type Part, type Reading, unavailable } from '../../shared/reading.ts'
import type { ClusterParts } from '../engine/snapshot.ts'
import { clusterParts } from '../gen/cluster-parts.ts'
import { withoutOwn } from '../model/own.ts'
import type { ClusterPartDefinition } from './cluster-part.ts'
import type { Kube } from './port.ts'

/** Reads version and all cluster parts at once. Nothing here fails as a whole. */
export async function readCluster(
  live: Kube,
  now: () => number = () => 0,
): Promise<{ readonly version: Reading<string>; readonly parts: ClusterParts }> {
  const kube = listOnce(live)
  const entries = Object.entries<ClusterPartDefinition<unknown>>(clusterParts).map(
    async ([name, definition]) => [name, await readPart(kube, definition, now)] as const,
  )
  const [version, ...parts] = await Promise.all([kube.version(), ...entries])
  // Each part has the type of its own definition; only the record of all of them loses it.
  return { version, parts: withoutOwn(Object.fromEntries(parts) as unknown as ClusterParts) }
}

async function readPart<T>(kube: Kube, definition: ClusterPartDefinition<T>, now: () => number): Promise<Part<T>> {
  const start = now()
  const reading = await definition
    .collect(kube)
    .catch((error: unknown) => unavailable('failed', `the reader crashed: ${messageOf(error)}`))
  return { ...reading, ms: now() - start }
}

/** Several parts may need one list; it is asked for once. */
function listOnce(kube: Kube): Kube {
  const lists = new Map<string, ReturnType<Kube['list']>>()
  return {
    ...kube,
    list: resource => {
      const key = `${resource.group}/${resource.version}/${resource.plural}`
      const list = lists.get(key) ?? kube.list(resource)
      lists.set(key, list)
      return list
    },
  }
}
