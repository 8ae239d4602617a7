import { randomUUID } from 'node:crypto'
import { alreadyExists, expiredVersion, invalid, notFound } from './api-error.ts'
import { type Clock, rfc3339 } from './clock.ts'
import { type KubeObject, keyOf, type Manifest, objectSchema, type Place, placeOf } from './object.ts'
import { apiVersionOf, type ResourceType } from './resources.ts'

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: ResourceType
  readonly object: KubeObject
  /** The object before; null for a new one. */
  readonly before: KubeObject | null
  readonly version: number
}

export type Listener = (change: Change) => void

/** Changes that are kept for watches that begin in the past. */
const historyLength = 4_096

/** The objects of the cluster with one version counter, as etcd keeps them. Objects are replaced, never changed. */
export class Store {
  readonly #clock: Clock
  readonly #objects = new Map<ResourceType, Map<string, KubeObject>>()
  readonly #listeners = new Set<Listener>()
  readonly #history: Change[] = []
  #version = 100
  #oldest = 100

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get version(): number {
    return this.#version
  }

  get oldest(): number {
    return this.#oldest
  }

  find(type: ResourceType, place: Place): KubeObject | undefined {
    return this.#objects.get(type)?.get(keyOf(place))
  }

  /** Throws ApiFailure 404. */
  get(type: ResourceType, place: Place): KubeObject {
    const object = this.find(type, place)
    if (!object) throw notFound(type, place.name)
    return object
  }

  /** All objects of a type by namespace and name. */
  items(type: ResourceType): readonly KubeObject[] {
    const objects = this.#objects.get(type) ?? new Map<string, KubeObject>()
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }

  /** What `create` would keep, without keeping it. Throws ApiFailure 409 and 422. */
  prepare(type: ResourceType, manifest: Manifest): KubeObject {
    const { generateName, ...given } = manifest.metadata
    const name = given.name ?? (generateName === undefined ? '' : generateName + suffix())
    if (name === '') throw invalid(type, '', missingName)
    if (!/^[a-z0-9]([-a-z0-9:]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9:]*[a-z0-9])?)*$/.test(name)) {
      throw invalid(type, name, wrongName(name))
    }
    if (this.find(type, { namespace: given.namespace, name })) throw alreadyExists(type, name)
    const metadata = {
      name,
      ...(generateName === undefined ? {} : { generateName }),
      ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
      uid: given.uid ?? randomUUID(),
      resourceVersion: '',
      creationTimestamp: given.creationTimestamp ?? rfc3339(this.#clock.now()),
    }
    const { name: _name, namespace: _namespace, uid: _uid, resourceVersion: _v, creationTimestamp: _c, ...rest } = given
    return objectSchema.parse({
      ...manifest,
      apiVersion: apiVersionOf(type),
      kind: type.kind,
      metadata: { ...metadata, ...rest },
    })
  }

  create(type: ResourceType, manifest: Manifest): KubeObject {
    return this.#keep('ADDED', type, this.prepare(type, manifest))
  }

  /** Replaces an object; an equal one changes nothing. Throws ApiFailure 404. */
  replace(type: ResourceType, object: KubeObject): KubeObject {
    const before = this.get(type, placeOf(object))
    const same = { ...object, metadata: { ...object.metadata, resourceVersion: before.metadata.resourceVersion } }
    return JSON.stringify(same) === JSON.stringify(before) ? before : this.#keep('MODIFIED', type, object)
  }

  /** Changes an object if it is still there. */
  update(type: ResourceType, place: Place, change: (object: KubeObject) => KubeObject): KubeObject | undefined {
    const object = this.find(type, place)
    return object && this.replace(type, change(object))
  }

  remove(type: ResourceType, place: Place): KubeObject {
    return this.#keep('DELETED', type, this.get(type, place))
  }

  /** Calls back at every change, in order, until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Changes after a version. Throws ApiFailure 410 when they are no longer known. */
  since(version: number): readonly Change[] {
    if (version < this.#oldest) throw expiredVersion(String(version), this.#oldest)
    return this.#history.filter(change => change.version > version)
  }

  /** Forgets old versions, as etcd's compaction does. */
  compact(): void {
    this.#history.length = 0
    this.#version += 1
    this.#oldest = this.#version
  }

  #keep(type: Change['type'], resource: ResourceType, object: KubeObject): KubeObject {
    this.#version += 1
    const version = this.#version
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>()
    this.#objects.set(resource, objects)
    const key = keyOf(placeOf(object))
    const before = objects.get(key) ?? null
    if (type === 'DELETED') objects.delete(key)
    else objects.set(key, kept)
    this.#tell({ type, resource, object: kept, before, version })
    return kept
  }

  #tell(change: Change): void {
    this.#history.push(change)
    const lost = this.#history.length > historyLength ? this.#history.shift() : undefined
    if (lost) this.#oldest = lost.version
    for (const listener of [...this.#listeners]) listener(change)
  }
}

/** Letters of generated names: no vowels, to avoid words. */
const letters = 'bcdfghjklmnpqrstvwxz2456789'
const suffix = () => Array.from({ length: 5 }, () => letters[Math.floor(Math.random() * letters.length)]).join('')

const missingName = {
  field: 'metadata.name',
  reason: 'FieldValueRequired',
  problem: 'Required value: name or generateName is required',
} as const

const wrongName = (name: string) =>
  ({
    field: 'metadata.name',
    reason: 'FieldValueInvalid',
    problem: `Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  }) as const
