import * as z from 'zod/mini'
import { defineClusterPart, metadataSchema, project } from '../kube/cluster-part.ts'
import { count, flag, intOrName, labels, listOf, maybe, strings, text } from '../kube/fields.ts'
import { resources } from '../kube/port.ts'

/** A port of a service. */
export interface ServicePort {
  /** Empty for the only port of a service. */
  readonly name: string
  readonly protocol: string
  readonly port: number
  /** Number, or name of a container port; the same as `port` when omitted. */
  readonly targetPort: number | string
  readonly nodePort: number | null
  readonly appProtocol: string | null
}

/** A core/v1 Service. Source: k8s.io/api/core/v1 types.go. */
export interface Service {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly createdAt: string | null
  readonly deleting: boolean
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`. */
  readonly type: string
  /** Null without a selector: the endpoints are maintained by hand or by another controller. */
  readonly selector: Readonly<Record<string, string>> | null
  readonly ports: readonly ServicePort[]
  /** All cluster IPs, the primary one first; empty for headless and ExternalName services. */
  readonly clusterIPs: readonly string[]
  readonly headless: boolean
  readonly externalIPs: readonly string[]
  readonly externalName: string | null
  readonly ipFamilies: readonly string[]
  readonly ipFamilyPolicy: string | null
  /** `Cluster` or `Local`. */
  readonly externalTrafficPolicy: string
  readonly internalTrafficPolicy: string
  readonly sessionAffinity: {
    readonly type: string
    /** Seconds; null without affinity. */
    readonly timeout: number | null
  }
  readonly loadBalancerSourceRanges: readonly string[]
  readonly loadBalancerClass: string | null
  /** Assigned by a load balancer. `ipMode` defaults to `VIP`. */
  readonly ingress: readonly { readonly ip: string | null; readonly hostname: string | null; readonly ipMode: string }[]
  readonly allocateLoadBalancerNodePorts: boolean
  readonly healthCheckNodePort: number | null
  readonly publishNotReadyAddresses: boolean
  /** `PreferClose` and the like; null without one. */
  readonly trafficDistribution: string | null
}

const portSchema = z.object({
  name: text,
  protocol: text,
  port: z.number(),
  targetPort: intOrName,
  nodePort: count,
  appProtocol: text,
})

const specSchema = z.object({
  type: text,
  selector: labels,
  ports: listOf(portSchema),
  clusterIP: text,
  clusterIPs: strings,
  externalIPs: strings,
  externalName: text,
  ipFamilies: strings,
  ipFamilyPolicy: text,
  externalTrafficPolicy: text,
  internalTrafficPolicy: text,
  sessionAffinity: text,
  sessionAffinityConfig: maybe(z.object({ clientIP: maybe(z.object({ timeoutSeconds: count })) })),
  loadBalancerSourceRanges: strings,
  loadBalancerClass: text,
  allocateLoadBalancerNodePorts: flag,
  healthCheckNodePort: count,
  publishNotReadyAddresses: flag,
  trafficDistribution: text,
})

const schema = z.object({
  metadata: metadataSchema,
  spec: maybe(specSchema),
  status: maybe(
    z.object({
      loadBalancer: maybe(z.object({ ingress: listOf(z.object({ ip: text, hostname: text, ipMode: text })) })),
    }),
  ),
})

type Spec = z.infer<typeof specSchema>

/** Services of all namespaces. */
export const services = defineClusterPart<readonly Service[]>({
  collect: kube => project(kube, { resource: resources.services, schema, change }),
})

function change({ metadata, spec, status }: z.infer<typeof schema>): Service {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    createdAt: metadata.creationTimestamp ?? null,
    deleting: Boolean(metadata.deletionTimestamp),
    ...addressesOf(spec ?? {}),
    ...policiesOf(spec ?? {}),
    ports: (spec?.ports ?? []).map(toPort),
    ingress: (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname, ipMode }) => ({
      ip: ip || null,
      hostname: hostname || null,
      ipMode: ipMode ?? 'VIP',
    })),
  }
}

function addressesOf(spec: Spec) {
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])
  return {
    type: spec.type ?? 'ClusterIP',
    selector: Object.keys(spec.selector ?? {}).length > 0 ? (spec.selector ?? null) : null,
    clusterIPs: addresses.filter(address => address !== '' && address !== 'None'),
    headless: addresses[0] === 'None' || spec.clusterIP === 'None',
    externalIPs: spec.externalIPs ?? [],
    externalName: spec.externalName || null,
    ipFamilies: spec.ipFamilies ?? [],
    ipFamilyPolicy: spec.ipFamilyPolicy ?? null,
  }
}

function policiesOf(spec: Spec) {
  return {
    externalTrafficPolicy: spec.externalTrafficPolicy || 'Cluster',
    internalTrafficPolicy: spec.internalTrafficPolicy || 'Cluster',
    sessionAffinity: {
      type: spec.sessionAffinity ?? 'None',
      timeout:
        spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : null,
    },
    loadBalancerSourceRanges: spec.loadBalancerSourceRanges ?? [],
    loadBalancerClass: spec.loadBalancerClass ?? null,
    allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true,
    healthCheckNodePort: spec.healthCheckNodePort || null,
    publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
    trafficDistribution: spec.trafficDistribution ?? null,
  }
}

const toPort = (port: z.infer<typeof portSchema>): ServicePort => ({
  name: port.name ?? '',
  protocol: port.protocol ?? 'TCP',
  port: port.port,
  targetPort: port.targetPort === 0 || port.targetPort === '' ? port.port : (port.targetPort ?? port.port),
  nodePort: port.nodePort || null,
  appProtocol: port.appProtocol ?? null,
})
