import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { listOf, maybe, text } from '../kube/fields.ts'
import { resources } from '../kube/port.ts'

/** An address of an Endpoints object. */
export interface EndpointsAddress {
  readonly ip: string
  readonly node: string | null
  readonly target: { readonly kind: string; readonly namespace: string; readonly name: string } | null
}

/**
 * A core/v1 Endpoints object, used on old clusters or maintained by hand. It belongs to the service of the same name.
 */
export interface Endpoints {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly subsets: readonly {
    readonly ready: readonly EndpointsAddress[]
    readonly notReady: readonly EndpointsAddress[]
    readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
  }[]
}

const address = z.object({
  ip: z.string(),
  nodeName: text,
  targetRef: maybe(z.object({ kind: text, namespace: text, name: text })),
})

const schema = z.object({
  metadata: metadataSchema,
  subsets: listOf(
    z.object({
      addresses: listOf(address),
      notReadyAddresses: listOf(address),
      ports: listOf(z.object({ name: text, port: z.number(), protocol: text })),
    }),
  ),
})

/** Endpoints of all namespaces. */
export const endpoints = defineClusterPart<readonly Endpoints[]>({
  collect: kube => project(kube, { resource: resources.endpoints, schema, change }),
})

const change = ({ metadata, subsets }: z.infer<typeof schema>): Endpoints => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  labels: metadata.labels ?? {},
  annotations: metadata.annotations ?? {},
  subsets: (subsets ?? []).map(({ addresses, notReadyAddresses, ports }) => ({
    ready: (addresses ?? []).map(toAddress),
    notReady: (notReadyAddresses ?? []).map(toAddress),
    ports: (ports ?? []).map(({ name, port, protocol }) => ({ name: name ?? '', port, protocol: protocol ?? 'TCP' })),
  })),
})

const toAddress = ({ ip, nodeName, targetRef }: z.infer<typeof address>): EndpointsAddress => ({
  ip,
  node: nodeName ?? null,
  target: targetRef
    ? { kind: targetRef.kind ?? '', namespace: targetRef.namespace ?? '', name: targetRef.name ?? '' }
    : null,
})
