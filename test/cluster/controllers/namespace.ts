import { type Clock, rfc3339 } from '../api/clock.ts'
import { removeObject } from '../api/delete.ts'
import type { KubeObject } from '../api/object.ts'
import { resourceTypes, typeNamed } from '../api/resources.ts'
import type { Store } from '../api/store.ts'
import { react } from './controller.ts'

const namespaces = typeNamed('namespaces')

/** Empties a namespace that is being deleted, then removes it. */
export function startNamespaceController(world: { store: Store; clock: Clock }): () => void {
  return react(world.store, ({ resource, type, object }) => {
    if (type === 'DELETED' && resource === namespaces) empty(world, object.metadata.name)
  })
}

function empty(world: { store: Store; clock: Clock }, namespace: string): void {
  for (const type of resourceTypes.filter(({ namespaced }) => namespaced)) {
    for (const object of world.store.items(type).filter(({ metadata }) => metadata.namespace === namespace)) {
      removeObject(world, { type, object, options: { propagation: 'Background', grace: 0 } })
    }
  }
}

/** A namespace as it is created with the cluster. */
export const namespaceManifest = (
  name: string,
  now: number,
): Pick<KubeObject, 'apiVersion' | 'kind'> & {
  metadata: { name: string; creationTimestamp: string }
} => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, creationTimestamp: rfc3339(now) } })
