import type { Endpoint, EndpointSlice } from '../../cluster/endpoint-slices.ts'
import { memoise } from '../memo.ts'
import { backendKey, type Family } from './frontend.ts'

/** An endpoint of one port of a service, as rules name it. */
export interface Backend {
  /** As `10.244.0.7:80`. */
  readonly key: string
  readonly endpoint: Endpoint
}

/** Backends by service, family, protocol and name of the port. */
export type ServiceBackends = ReadonlyMap<string, readonly Backend[]>

interface Place {
  /** `ns/name`. */
  readonly service: string
  readonly family: Family
  /** Name of the port; empty when it has none. */
  readonly port: string
  readonly protocol: string
}

/** The backends of one service port in one family. */
export const backendsAt = (backends: ServiceBackends, place: Place): readonly Backend[] =>
  backends.get(placeKey(place)) ?? []

const placeKey = ({ service, family, port, protocol }: Place): string =>
  `${service} ${family} ${protocol.toLowerCase()} ${port}`

const otherProxy = 'service.kubernetes.io/service-proxy-name'
const headless = 'service.kubernetes.io/headless'

/**
 * All slices as kube-proxy merges them: by service, of one family, of each endpoint the first address, ports by name.
 * Source: pkg/proxy/endpointslicecache.go of Kubernetes.
 */
export const serviceBackends = memoise((slices: readonly EndpointSlice[]): ServiceBackends => {
  const backends = new Map<string, Map<string, Backend>>()
  for (const slice of slices) {
    if (slice.service === null || otherProxy in slice.labels || headless in slice.labels) continue
    if (slice.addressType === 'FQDN') continue
    addSlice(backends, slice)
  }
  return new Map([...backends].map(([place, byKey]) => [place, [...byKey.values()]]))
})

function addSlice(backends: Map<string, Map<string, Backend>>, slice: EndpointSlice): void {
  const service = `${slice.namespace}/${slice.service}`
  const family = slice.addressType === 'IPv6' ? 6 : 4
  for (const { name, port, protocol } of slice.ports) {
    // A slice for all ports is for other programs.
    if (port === null) continue
    const place = placeKey({ service, family, port: name, protocol })
    const known = backends.get(place) ?? new Map<string, Backend>()
    backends.set(place, known)
    for (const endpoint of slice.endpoints) {
      const [address] = endpoint.addresses
      if (address !== undefined) addBackend(known, { key: backendKey(address, port), endpoint })
    }
  }
}

/** An endpoint in two slices gets the better state of both. */
function addBackend(known: Map<string, Backend>, backend: Backend): void {
  const before = known.get(backend.key)
  if (before === undefined || (!before.endpoint.ready && backend.endpoint.ready)) known.set(backend.key, backend)
}
