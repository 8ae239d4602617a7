import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { resources } from '../kube/port.ts'

export interface Endpoint {
  readonly addresses: readonly string[]
  /** A missing condition means ready. */
  readonly ready: boolean
  readonly node: string | null
  readonly target: {
    readonly kind: string
    readonly namespace: string
    readonly name: string
  } | null
}

export interface EndpointSlice {
  readonly namespace: string
  readonly name: string
  /** Label kubernetes.io/service-name; null for a slice of no service. */
  readonly service: string | null
  readonly ports: readonly {
    readonly name: string
    readonly port: number | null
    readonly protocol: string
  }[]
  readonly endpoints: readonly Endpoint[]
}

const text = z.optional(z.nullable(z.string()))

const endpointSchema = z.object({
  addresses: z.optional(z.nullable(z.array(z.string()))),
  conditions: z.optional(z.nullable(z.object({ ready: z.optional(z.nullable(z.boolean())) }))),
  nodeName: text,
  targetRef: z.optional(z.nullable(z.object({ kind: text, namespace: text, name: text }))),
})

const schema = z.object({
  metadata: metadataSchema,
  ports: z.optional(
    z.nullable(
      z.array(
        z.object({
          name: text,
          port: z.optional(z.nullable(z.number())),
          protocol: text,
        }),
      ),
    ),
  ),
  endpoints: z.optional(z.nullable(z.array(endpointSchema))),
})

export const endpointSlices = defineClusterPart<readonly EndpointSlice[]>({
  collect: kube => project(kube, { resource: resources.endpointslices, schema, change }),
})

function change({ metadata, ports, endpoints }: z.infer<typeof schema>): EndpointSlice {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    service: metadata.labels?.['kubernetes.io/service-name'] ?? null,
    ports: (ports ?? []).map(({ name, port, protocol }) => ({
      name: name ?? '',
      port: port ?? null,
      protocol: protocol ?? 'TCP',
    })),
    endpoints: (endpoints ?? []).map(toEndpoint),
  }
}

function toEndpoint({ addresses, conditions, nodeName, targetRef }: z.infer<typeof endpointSchema>): Endpoint {
  return {
    addresses: addresses ?? [],
    ready: conditions?.ready ?? true,
    node: nodeName ?? null,
    target: targetRef
      ? {
          kind: targetRef.kind ?? '',
          namespace: targetRef.namespace ?? '',
          name: targetRef.name ?? '',
        }
      : null,
  }
}
