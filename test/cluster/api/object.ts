import * as z from 'zod/mini'

const owner = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.optional(z.boolean()),
  blockOwnerDeletion: z.optional(z.boolean()),
})

const texts = z.record(z.string(), z.string())

const metadata = z.looseObject({
  name: z.optional(z.string()),
  generateName: z.optional(z.string()),
  namespace: z.optional(z.string()),
  uid: z.optional(z.string()),
  resourceVersion: z.optional(z.string()),
  generation: z.optional(z.number()),
  creationTimestamp: z.optional(z.nullable(z.string())),
  deletionTimestamp: z.optional(z.string()),
  deletionGracePeriodSeconds: z.optional(z.number()),
  labels: z.optional(texts),
  annotations: z.optional(texts),
  finalizers: z.optional(z.array(z.string())),
  ownerReferences: z.optional(z.array(owner)),
})

/** An object as a client sends it. */
export const manifestSchema = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata })
export type Manifest = z.infer<typeof manifestSchema>

/** An object as the server keeps it. Never changed in place. */
export const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.extend(metadata, { name: z.string(), uid: z.string(), resourceVersion: z.string() }),
})
export type KubeObject = z.infer<typeof objectSchema>

/** Key of an object within its type; cluster-scoped ones have no namespace. */
export interface Place {
  readonly namespace?: string | undefined
  readonly name: string
}

export const keyOf = ({ namespace = '', name }: Place): string => `${namespace}/${name}`

export const placeOf = ({ metadata: { namespace, name } }: KubeObject): Place => ({ namespace, name })

/** A nested field such as `spec.nodeName`; undefined when it does not exist. */
export function fieldOf(object: unknown, path: string): unknown {
  let value = object
  for (const step of path.split('.')) value = isRecord(value) ? value[step] : undefined
  return value
}

export const textOf = (object: unknown, path: string): string => {
  const value = fieldOf(object, path)
  return typeof value === 'string' ? value : ''
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
