import { messageOf } from '../../shared/errors.ts'
import { type Part, type Reading, unavailable } from '../../shared/reading.ts'
import type { ClusterPartName, ClusterParts } from '../engine/snapshot.ts'
import { clusterParts } from '../gen/cluster-parts.ts'
import { withoutOwn } from '../model/own.ts'
import type { ClusterPartDefinition } from './cluster-part.ts'
import type { Kube } from './port.ts'

interface Options {
  /** Parts to read; by default all. Others are unread and cost nothing. */
  readonly wanted?: readonly ClusterPartName[]
  readonly now?: () => number
}

/** Reads the server version and the cluster parts concurrently. Never fails as a whole. */
export async function readCluster(
  live: Kube,
  { wanted, now = () => 0 }: Options = {},
): Promise<{ readonly version: Reading<string>; readonly parts: ClusterParts }> {
  const kube = listOnce(live)
  const entries = Object.entries<ClusterPartDefinition<unknown>>(clusterParts).map(async ([name, definition]) => {
    const isWanted = wanted?.some(part => part === name) ?? true
    return [name, isWanted ? await readPart(kube, definition, now) : notWanted] as const
  })
  const [version, ...parts] = await Promise.all([kube.version(), ...entries])
  // Each part has the type of its definition, which Object.fromEntries loses.
  return { version, parts: withoutOwn(Object.fromEntries(parts) as unknown as ClusterParts) }
}

const notWanted: Part<never> = { ...unavailable('not-recorded', 'this was not asked for'), ms: 0 }

async function readPart<T>(kube: Kube, definition: ClusterPartDefinition<T>, now: () => number): Promise<Part<T>> {
  const start = now()
  const reading = await definition
    .collect(kube)
    .catch((error: unknown) => unavailable('failed', `the reader crashed: ${messageOf(error)}`))
  return { ...reading, ms: now() - start }
}

/** Caches lists, because several parts may need the same one. */
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
