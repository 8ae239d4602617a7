import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { resources } from '../kube/port.ts'

/** A core/v1 Namespace. */
export interface Namespace {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly deleting: boolean
}

const schema = z.object({ metadata: metadataSchema })

/** Namespaces with the labels that policies select by. */
export const namespaces = defineClusterPart<readonly Namespace[]>({
  collect: kube => project(kube, { resource: resources.namespaces, schema, change }),
})

const change = ({ metadata }: z.infer<typeof schema>): Namespace => ({
  name: metadata.name,
  labels: { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name },
  annotations: metadata.annotations ?? {},
  deleting: Boolean(metadata.deletionTimestamp),
})
