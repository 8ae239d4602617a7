import { isOk, type Reading } from '../../shared/reading.ts'
import type { EndpointSlice } from '../cluster/endpoint-slices.ts'
import type { Endpoints } from '../cluster/endpoints.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import { holdsLabels } from './label-match.ts'
import { memoise } from './memo.ts'
import { isLive, podKey } from './pods.ts'

/** One address behind a service, from a slice or from Endpoints. */
export interface Backend {
  readonly address: string
  readonly family: 'IPv4' | 'IPv6' | 'FQDN'
  readonly ready: boolean
  /** Takes traffic when nothing is ready: it is still serving while it ends. */
  readonly serving: boolean
  readonly node: string | null
  /** `namespace/name` of its pod; null for any other target. */
  readonly pod: string | null
  readonly ports: readonly { readonly name: string; readonly port: number | null; readonly protocol: string }[]
}

interface Sources {
  readonly endpointSlices: Reading<readonly EndpointSlice[]>
  readonly endpoints: Reading<readonly Endpoints[]>
}

/** What the API holds behind a service, slices first; null where neither was read. */
export function backendsOf(service: Service, { endpointSlices, endpoints }: Sources): readonly Backend[] | null {
  const key = podKey(service)
  const slices = isOk(endpointSlices) ? (bySlices(endpointSlices.value).get(key) ?? []) : null
  const old = isOk(endpoints) ? (byEndpoints(endpoints.value).get(key) ?? []) : null
  return slices && slices.length > 0 ? slices : (old ?? slices)
}

/** Live pods that the service's selector matches; none without a selector. */
export const podsBehind = ({ namespace, selector }: Service, pods: readonly Pod[]): readonly Pod[] =>
  selector === null ? [] : livePodsIn(namespace, pods).filter(({ labels }) => holdsLabels(selector, labels))

/** Live pods of a namespace. */
export const livePodsIn = (namespace: string, pods: readonly Pod[]): readonly Pod[] =>
  byNamespace(pods).get(namespace) ?? []

const byNamespace = memoise((pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> => {
  const groups = new Map<string, Pod[]>()
  for (const pod of pods.filter(isLive)) append(groups, pod.namespace, [pod])
  return groups
})

const bySlices = memoise((slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly Backend[]> => {
  const groups = new Map<string, Backend[]>()
  for (const slice of slices) {
    if (slice.service !== null) append(groups, `${slice.namespace}/${slice.service}`, backendsIn(slice))
  }
  return groups
})

/** Only the first address of an endpoint is used. Source: k8s.io/api/discovery/v1 types.go, Endpoint.Addresses. */
const backendsIn = ({ namespace, addressType, ports, endpoints }: EndpointSlice): readonly Backend[] =>
  endpoints.flatMap(({ addresses, ready, serving, node, target }) =>
    addresses.slice(0, 1).map(address => ({
      address,
      ready,
      serving,
      node,
      ports,
      family: addressType === 'IPv6' || addressType === 'FQDN' ? addressType : 'IPv4',
      pod: target?.kind === 'Pod' ? podKey({ namespace: target.namespace || namespace, name: target.name }) : null,
    })),
  )

const byEndpoints = memoise((list: readonly Endpoints[]): ReadonlyMap<string, readonly Backend[]> => {
  const groups = new Map<string, Backend[]>()
  for (const { namespace, name, subsets } of list) {
    for (const { ready, notReady, ports } of subsets) {
      const marked = [...ready.map(item => [item, true] as const), ...notReady.map(item => [item, false] as const)]
      const backends = marked.map(([{ ip, node, target }, isReady]) => ({
        address: ip,
        ready: isReady,
        serving: isReady,
        node,
        ports,
        family: ip.includes(':') ? ('IPv6' as const) : ('IPv4' as const),
        pod: target?.kind === 'Pod' ? podKey({ namespace: target.namespace || namespace, name: target.name }) : null,
      }))
      append(groups, `${namespace}/${name}`, backends)
    }
  }
  return groups
})

function append<T>(groups: Map<string, T[]>, key: string, items: readonly T[]): void {
  const group = groups.get(key)
  if (group) group.push(...items)
  else groups.set(key, [...items])
}
