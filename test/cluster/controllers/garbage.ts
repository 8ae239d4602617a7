import type { Clock } from '../api/clock.ts'
import { finalizers, type Propagation, removeObject } from '../api/delete.ts'
import { type KubeObject, placeOf } from '../api/object.ts'
import { type ResourceType, resourceTypes, typeOfKind } from '../api/resources.ts'
import type { Change, Store } from '../api/store.ts'
import { react } from './controller.ts'

interface World {
  readonly store: Store
  readonly clock: Clock
}

/** The garbage collector: removes objects whose owners are gone, and processes owners' finalizers. */
export function startGarbageCollector(world: World): () => void {
  return react(world.store, change => {
    if (change.type === 'DELETED') collect(world, change.object)
    else if (change.object.metadata.deletionTimestamp !== undefined) finalize(world, change)
    else if (isOrphaned(world.store, change.object)) drop(world, change.resource, change.object, 'Background')
  })
}

function collect(world: World, owner: KubeObject): void {
  for (const { type, object } of dependentsOf(world.store, owner)) {
    if (isOrphaned(world.store, object)) drop(world, type, object, 'Background')
  }
}

/** Foreground: dependents that block go first. Orphan: they forget their owner. */
function finalize(world: World, { resource, object }: Change): void {
  const held = object.metadata.finalizers ?? []
  const dependents = dependentsOf(world.store, object)
  if (held.includes(finalizers.Orphan)) {
    for (const { type, object: dependent } of dependents) world.store.replace(type, withoutOwner(dependent, object))
    release(world, { resource, object, finalizer: finalizers.Orphan })
  }
  if (!held.includes(finalizers.Foreground)) return
  const blocking = dependents.filter(({ object: dependent }) => blocks(dependent, object))
  for (const { type, object: dependent } of blocking) drop(world, type, dependent, 'Foreground')
  if (blocking.length === 0) release(world, { resource, object, finalizer: finalizers.Foreground })
}

function release(
  { store }: World,
  { resource, object, finalizer }: { resource: ResourceType; object: KubeObject; finalizer: string },
): void {
  const left = (object.metadata.finalizers ?? []).filter(name => name !== finalizer)
  const current = store.find(resource, placeOf(object))
  if (current?.metadata.uid !== object.metadata.uid) return
  if (left.length === 0) store.remove(resource, placeOf(object))
  else store.replace(resource, { ...current, metadata: { ...current.metadata, finalizers: left } })
}

function drop(world: World, type: ResourceType, object: KubeObject, propagation: Propagation): void {
  const current = world.store.find(type, placeOf(object))
  if (current?.metadata.uid !== object.metadata.uid || current.metadata.deletionTimestamp !== undefined) return
  removeObject(world, { type, object: current, options: { propagation } })
}

const dependentsOf = (store: Store, owner: KubeObject) =>
  resourceTypes.flatMap(type =>
    store
      .items(type)
      .filter(object => refersTo(object, owner))
      .map(object => ({ type, object })),
  )

const refersTo = ({ metadata }: KubeObject, { metadata: { uid } }: KubeObject) =>
  (metadata.ownerReferences ?? []).some(owner => owner.uid === uid)

const blocks = ({ metadata }: KubeObject, { metadata: { uid } }: KubeObject) =>
  (metadata.ownerReferences ?? []).some(owner => owner.uid === uid && owner.blockOwnerDeletion === true)

const withoutOwner = (object: KubeObject, { metadata: { uid } }: KubeObject): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    ownerReferences: (object.metadata.ownerReferences ?? []).filter(owner => owner.uid !== uid),
  },
})

/** True when an object names owners and none of them is there. */
function isOrphaned(store: Store, { metadata }: KubeObject): boolean {
  const owners = metadata.ownerReferences ?? []
  return (
    owners.length > 0 &&
    owners.every(({ apiVersion, kind, name, uid }) => {
      const type = typeOfKind(apiVersion, kind)
      if (!type) return false
      return (
        store.find(type, { namespace: type.namespaced ? metadata.namespace : undefined, name })?.metadata.uid !== uid
      )
    })
  )
}
