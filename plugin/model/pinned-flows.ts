import type { TranslatedFlow } from '../../shared/formats/conntrack-flows.ts'
import { parseAddress } from '../../shared/ip.ts'
import type { EndpointSlice } from '../cluster/endpoint-slices.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Service } from '../cluster/services.ts'
import { memoise } from './memo.ts'
import { ageOf, minute, podKey } from './pods.ts'

/** Connections to a service that the kernel still sends to a former endpoint. */
export interface PinnedFlow {
  readonly flow: TranslatedFlow
  readonly service: Service
  /** Addresses that it has now. */
  readonly endpoints: readonly string[]
}

interface Sources {
  readonly services: readonly Service[]
  readonly endpointSlices: readonly EndpointSlice[]
  readonly nodes: readonly ApiNode[]
}

/** An idle entry is removed after this time at most: nf_conntrack_udp_timeout_stream is 120 s. */
const settled = 3 * minute

/**
 * Flows to none of their service's endpoints. A service whose slices changed within the last minutes is left out: old
 * entries expire unless a client keeps them alive.
 */
export function pinnedFlows(
  flows: readonly TranslatedFlow[],
  sources: Sources,
  takenAt: number,
): readonly PinnedFlow[] {
  const frontends = frontendsOf(sources.services)(sources.nodes)
  const slices = slicesByService(sources.endpointSlices)
  return flows.flatMap(flow => {
    const service = frontends.get(keyOf(flow.frontend, flow.port))
    const own = service ? (slices.get(podKey(service)) ?? []) : []
    if (!service || own.some(({ changedAt }) => (ageOf(changedAt, takenAt) ?? settled) < settled)) return []
    const endpoints = own.flatMap(slice => slice.endpoints.flatMap(({ addresses }) => addresses))
    const isKnown = endpoints.some(address => canonical(address) === canonical(flow.backend))
    return isKnown ? [] : [{ flow, service, endpoints }]
  })
}

/** Services by the addresses and ports at which they take UDP. */
const frontendsOf = memoise((services: readonly Service[]) =>
  memoise((nodes: readonly ApiNode[]): ReadonlyMap<string, Service> => {
    const hosts = nodes.flatMap(({ addresses }) => addresses.map(({ address }) => address))
    const frontends = new Map<string, Service>()
    for (const service of services) {
      const outside = [...service.externalIPs, ...service.ingress.flatMap(({ ip }) => ip ?? [])]
      for (const { port, nodePort } of service.ports.filter(({ protocol }) => protocol === 'UDP')) {
        for (const address of [...service.clusterIPs, ...outside]) frontends.set(keyOf(address, port), service)
        for (const address of nodePort === null ? [] : hosts) frontends.set(keyOf(address, nodePort), service)
      }
    }
    return frontends
  }),
)

const slicesByService = memoise((slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly EndpointSlice[]> => {
  const groups = new Map<string, EndpointSlice[]>()
  for (const slice of slices) {
    if (slice.service === null) continue
    const key = podKey({ namespace: slice.namespace, name: slice.service })
    groups.set(key, [...(groups.get(key) ?? []), slice])
  }
  return groups
})

const keyOf = (address: string, port: number | null): string => `${canonical(address)} ${port}`

/** The kernel writes IPv6 addresses in full. */
function canonical(text: string): string {
  const address = parseAddress(text)
  return address ? `${address.family} ${address.value}` : text
}
