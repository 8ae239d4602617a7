import type { EndpointSlice } from '../cluster/endpoint-slices.ts'
import { memoise } from './memo.ts'
import { podKey } from './pods.ts'

/** Services (`namespace/name`) by the pods (`namespace/name`) that are ready endpoints of them. */
export const servicesByPod = memoise((slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly string[]> => {
  const services = new Map<string, Set<string>>()
  for (const { namespace, service, endpoints } of slices) {
    for (const { target, ready } of endpoints) {
      if (service === null || target?.kind !== 'Pod' || !ready) continue
      const key = podKey({ namespace: target.namespace || namespace, name: target.name })
      services.set(key, (services.get(key) ?? new Set()).add(`${namespace}/${service}`))
    }
  }
  return new Map([...services].map(([pod, names]) => [pod, [...names].sort()]))
})
