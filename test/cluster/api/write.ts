import { admit } from './admission.ts'
import { badRequest, conflict, mustBeOfType, notFound, wrongKind } from './api-error.ts'
import type { Clock } from './clock.ts'
import { completed } from './defaults.ts'
import type { Faults } from './faults.ts'
import { mergePatch } from './merge.ts'
import { type KubeObject, type Manifest, manifestSchema, objectSchema } from './object.ts'
import type { ApiRequest } from './request.ts'
import { apiVersionOf, type ResourceType, typeNamed } from './resources.ts'
import type { Store } from './store.ts'

export interface Writing {
  readonly store: Store
  readonly clock: Clock
  readonly faults: Faults
}

/** Creates an object, or only tries to with `dryRun=All`. Throws ApiFailure. */
export function create(writing: Writing, request: ApiRequest): unknown {
  const { type, namespace, body } = request
  const manifest = parseManifest(type, body)
  if (type.namespaced && namespace === undefined) throw badRequest('an empty namespace may not be set during creation')
  const given = manifest.metadata.namespace
  if (given !== undefined && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  const object = createObject(writing, {
    type,
    manifest: { ...manifest, metadata: { ...manifest.metadata, ...(namespace === undefined ? {} : { namespace }) } },
    isDryRun: isDryRun(request),
  })
  return isDryRun(request) ? withoutVersion(object) : object
}

/** A dry run returns no version. */
function withoutVersion({ metadata: { resourceVersion: _version, ...metadata }, ...object }: KubeObject) {
  return { ...object, metadata }
}

/** Creates an object for clients and controllers: namespace, admission, defaults. Throws ApiFailure. */
export function createObject(
  { store, faults }: Writing,
  { type, manifest, isDryRun = false }: { type: ResourceType; manifest: Manifest; isDryRun?: boolean },
): KubeObject {
  const { namespace } = manifest.metadata
  if (type.namespaced && !store.find(typeNamed('namespaces'), { name: namespace ?? '' }))
    throw notFound(typeNamed('namespaces'), namespace ?? '')
  admit({ store, faults }, type, manifest)
  const object = completed(type, store.prepare(type, manifest))
  return isDryRun ? object : store.create(type, object)
}

export function patch({ store }: Writing, request: ApiRequest): KubeObject {
  const { type, namespace, name, body } = request
  const before = store.get(type, { namespace, name })
  return replaced(store, request, mergePatch(before, body))
}

export function update({ store }: Writing, request: ApiRequest): KubeObject {
  return replaced(store, request, parseManifest(request.type, request.body))
}

function replaced(store: Store, request: ApiRequest, wanted: unknown): KubeObject {
  const { type, namespace, name } = request
  const before = store.get(type, { namespace, name })
  const parsed = objectSchema.safeParse(mergePatch({ metadata: kept(before) }, wanted))
  if (!parsed.success) throw badRequest(parsed.error.message)
  const version = parsed.data.metadata.resourceVersion
  if (version !== before.metadata.resourceVersion && version !== '') throw conflict(type, name)
  const after = {
    ...parsed.data,
    metadata: { ...parsed.data.metadata, ...kept(before), ...generation(before, parsed.data) },
  }
  return isDryRun(request) ? after : store.replace(type, after)
}

/** Fields that clients cannot change. */
const kept = ({ metadata: { name, namespace, uid, creationTimestamp, resourceVersion } }: KubeObject) => ({
  name,
  uid,
  creationTimestamp,
  resourceVersion,
  ...(namespace === undefined ? {} : { namespace }),
})

/** The generation counts changes of the spec. */
function generation(before: KubeObject, after: KubeObject) {
  const old = before.metadata.generation
  if (old === undefined) return {}
  return { generation: JSON.stringify(before.spec) === JSON.stringify(after.spec) ? old : old + 1 }
}

const isDryRun = ({ query }: ApiRequest) => query.get('dryRun') === 'All'

function parseManifest(type: ResourceType, body: unknown): Manifest {
  const parsed = manifestSchema.safeParse(body)
  if (!parsed.success) throw mustBeOfType(type, "couldn't get version/kind")
  if (parsed.data.kind !== type.kind || parsed.data.apiVersion !== apiVersionOf(type)) {
    throw wrongKind(type, parsed.data.kind, parsed.data.apiVersion)
  }
  return parsed.data
}
