import * as z from 'zod/mini'
import { isOk, type Reading } from '../../shared/reading.ts'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { count, flag, labels, listOf, maybe, strings, text } from '../kube/fields.ts'
import { type Kube, resources } from '../kube/port.ts'

/** An endpoint of a slice, with the conditions that decide about traffic. */
export interface Endpoint {
  readonly addresses: readonly string[]
  /** A missing condition means ready. */
  readonly ready: boolean
  /** Like `ready`, but also true while terminating; the same as `ready` when omitted. */
  readonly serving: boolean
  readonly terminating: boolean
  readonly hostname: string | null
  readonly node: string | null
  readonly zone: string | null
  /** Zone hints; empty when there are none. */
  readonly hintZones: readonly string[]
  /** Node hints; empty when there are none. */
  readonly hintNodes: readonly string[]
  readonly target: {
    readonly kind: string
    readonly namespace: string
    readonly name: string
  } | null
}

/** A discovery.k8s.io EndpointSlice, of v1 or of v1beta1 on clusters before 1.21. */
export interface EndpointSlice {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Label kubernetes.io/service-name; null for a slice of no service. */
  readonly service: string | null
  /** Label endpointslice.kubernetes.io/managed-by; null for a slice that is kept by hand. */
  readonly managedBy: string | null
  /** `IPv4`, `IPv6` or `FQDN`. */
  readonly addressType: string
  /** Time of the last write according to its metadata, otherwise its creation. */
  readonly changedAt: string | null
  readonly ports: readonly {
    readonly name: string
    /** Null means all ports. */
    readonly port: number | null
    readonly protocol: string
  }[]
  readonly endpoints: readonly Endpoint[]
}

const named = listOf(z.object({ name: z.string() }))
const endpointSchema = z.object({
  addresses: strings,
  conditions: maybe(z.object({ ready: flag, serving: flag, terminating: flag })),
  hostname: text,
  nodeName: text,
  zone: text,
  topology: labels,
  hints: maybe(z.object({ forZones: named, forNodes: named })),
  targetRef: maybe(z.object({ kind: text, namespace: text, name: text })),
})

const schema = z.object({
  metadata: z.extend(metadataSchema, { managedFields: listOf(z.object({ time: text })) }),
  addressType: text,
  ports: listOf(z.object({ name: text, port: count, protocol: text })),
  endpoints: listOf(endpointSchema),
})

/** EndpointSlices of all namespaces. */
export const endpointSlices = defineClusterPart<readonly EndpointSlice[]>({
  collect: async kube => {
    const slices = await read(kube, 'v1')
    if (isOk(slices) || !['unsupported', 'not-recorded'].includes(slices.reason)) return slices
    const old = await read(kube, 'v1beta1')
    return isOk(old) ? old : slices
  },
})

const read = (kube: Kube, version: string): Promise<Reading<readonly EndpointSlice[]>> =>
  project(kube, { resource: { ...resources.endpointslices, version }, schema, change })

function change({ metadata, addressType, ports, endpoints }: z.infer<typeof schema>): EndpointSlice {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    labels: metadata.labels ?? {},
    service: metadata.labels?.['kubernetes.io/service-name'] ?? null,
    managedBy: metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? null,
    addressType: addressType ?? 'IPv4',
    changedAt: lastChange(metadata),
    ports: (ports ?? []).map(({ name, port, protocol }) => ({
      name: name ?? '',
      port: port ?? null,
      protocol: protocol ?? 'TCP',
    })),
    endpoints: (endpoints ?? []).map(toEndpoint),
  }
}

/** managedFields record the last write of each writer; the slice controller also annotates what triggered it. */
function lastChange({ creationTimestamp, managedFields, annotations }: z.infer<typeof schema>['metadata']) {
  const trigger = annotations?.['endpoints.kubernetes.io/last-change-trigger-time']
  const times = [creationTimestamp, trigger, ...(managedFields ?? []).map(({ time }) => time)]
  return newest(times.flatMap(time => (time ? [time] : [])))
}

const newest = (times: readonly string[]): string | null =>
  times.reduce<string | null>(
    (last, time) => (last !== null && Date.parse(last) >= Date.parse(time) ? last : time),
    null,
  )

function toEndpoint(endpoint: z.infer<typeof endpointSchema>): Endpoint {
  const { conditions, topology, hints, targetRef } = endpoint
  const ready = conditions?.ready ?? true
  return {
    addresses: endpoint.addresses ?? [],
    ready,
    serving: conditions?.serving ?? ready,
    terminating: conditions?.terminating ?? false,
    hostname: endpoint.hostname ?? null,
    node: endpoint.nodeName ?? topology?.['kubernetes.io/hostname'] ?? null,
    zone: endpoint.zone ?? topology?.['topology.kubernetes.io/zone'] ?? null,
    hintZones: (hints?.forZones ?? []).map(({ name }) => name),
    hintNodes: (hints?.forNodes ?? []).map(({ name }) => name),
    target: targetRef
      ? { kind: targetRef.kind ?? '', namespace: targetRef.namespace ?? '', name: targetRef.name ?? '' }
      : null,
  }
}
