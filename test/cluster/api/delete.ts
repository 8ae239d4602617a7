import { conflict } from './api-error.ts'
import { type Clock, rfc3339 } from './clock.ts'
import { fieldOf, isRecord, type KubeObject, placeOf, textOf } from './object.ts'
import type { ApiRequest } from './request.ts'
import { qualifiedName, type ResourceType } from './resources.ts'
import type { Store } from './store.ts'
import type { Writing } from './write.ts'

export type Propagation = 'Background' | 'Foreground' | 'Orphan'

export const finalizers = { Foreground: 'foregroundDeletion', Orphan: 'orphan' } as const

export interface DeleteOptions {
  readonly propagation: Propagation
  /** Seconds; undefined for the object's own. */
  readonly grace?: number | undefined
}

/** Deletes an object; returns the object while deletion is pending, otherwise a Status. Throws ApiFailure. */
export function remove({ store, clock }: Writing, request: ApiRequest): unknown {
  const { type, namespace, name, query, body } = request
  const object = store.get(type, { namespace, name })
  const uid = textOf(body, 'preconditions.uid')
  if (uid !== '' && uid !== object.metadata.uid) throw conflict(type, name)
  if (query.get('dryRun') === 'All') return success(type, object)
  const remaining = removeObject({ store, clock }, { type, object, options: readOptions(request) })
  return remaining && type.plural === 'pods' ? remaining : (remaining ?? success(type, object))
}

/** Deletes each of a selection; answers with the list of them. */
export function removeAll(writing: Writing, request: ApiRequest, objects: readonly KubeObject[]): void {
  const options = readOptions(request)
  for (const object of objects) removeObject(writing, { type: request.type, object, options })
}

/**
 * Marks an object for deletion or removes it: a pod on a node is first stopped by its kubelet, and finalizers are
 * awaited. Returns what remains, or null.
 */
export function removeObject(
  { store, clock }: { store: Store; clock: Clock },
  { type, object, options }: { type: ResourceType; object: KubeObject; options: DeleteOptions },
): KubeObject | null {
  const { propagation, grace } = options
  const added = propagation === 'Background' ? [] : [finalizers[propagation]]
  const held = [...new Set([...(object.metadata.finalizers ?? []), ...added])]
  const seconds = type.plural === 'pods' ? graceOf(object, grace) : 0
  if (held.length === 0 && seconds === 0) {
    store.remove(type, placeOf(object))
    return null
  }
  if (object.metadata.deletionTimestamp !== undefined && seconds > 0) return object
  const metadata = {
    ...object.metadata,
    deletionTimestamp: rfc3339(clock.now() + seconds * 1_000),
    deletionGracePeriodSeconds: seconds,
    ...(held.length > 0 ? { finalizers: held } : {}),
  }
  return store.replace(type, { ...object, metadata })
}

/** A pod that no kubelet has seen, or that has ended, is removed at once. */
function graceOf(pod: KubeObject, asked: number | undefined): number {
  if (textOf(pod, 'spec.nodeName') === '' || ['Succeeded', 'Failed'].includes(textOf(pod, 'status.phase'))) return 0
  const own = fieldOf(pod, 'spec.terminationGracePeriodSeconds')
  return asked ?? (typeof own === 'number' ? own : 30)
}

function readOptions({ body, query }: ApiRequest): DeleteOptions {
  const given = textOf(body, 'propagationPolicy') || query.get('propagationPolicy')
  const inBody = isRecord(body) ? body.gracePeriodSeconds : undefined
  const grace = typeof inBody === 'number' ? inBody : (query.get('gracePeriodSeconds') ?? undefined)
  return {
    propagation: given === 'Foreground' || given === 'Orphan' ? given : 'Background',
    grace: grace === undefined ? undefined : Number(grace),
  }
}

const success = (type: ResourceType, { metadata: { name, uid } }: KubeObject) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: {
    name,
    ...(type.group === '' ? {} : { group: type.group }),
    kind: qualifiedName({ ...type, group: '' }),
    uid,
  },
})
