import { parseAddress } from '../../../shared/ip.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import { memoise } from '../memo.ts'
import type { Place } from './packet.ts'

/** A pod's port behind a service. */
export interface ServedPlace {
  readonly node: string
  readonly place: Place & { readonly port: number }
}

/** Number of ports to try, the most used ones first. */
const mostPorts = 4

/** For each of the most common TCP ports, one endpoint on the node and one on another. */
export function servedPlaces(slices: readonly EndpointSlice[], node: string, family: 4 | 6): readonly ServedPlace[] {
  return busiestPorts(slices)(family).flatMap(places => {
    const own = places.find(place => place.node === node)
    const other = places.find(place => place.node !== node)
    return [...(own ? [own] : []), ...(other ? [other] : [])]
  })
}

const busiestPorts = memoise((slices: readonly EndpointSlice[]) => {
  const known = { 4: placesByPort(slices, 4), 6: placesByPort(slices, 6) }
  return (family: 4 | 6): readonly (readonly ServedPlace[])[] => known[family]
})

function placesByPort(slices: readonly EndpointSlice[], family: 4 | 6): readonly (readonly ServedPlace[])[] {
  const byPort = new Map<number, ServedPlace[]>()
  for (const served of slices.flatMap(slice => placesOf(slice, family))) {
    const known = byPort.get(served.place.port)
    if (known) known.push(served)
    else byPort.set(served.place.port, [served])
  }
  return [...byPort]
    .sort(([a, x], [b, y]) => y.length - x.length || a - b)
    .slice(0, mostPorts)
    .map(([, places]) => places)
}

/** Places of ready pods; other endpoints are subject to other rules. */
const placesOf = ({ endpoints, ports }: EndpointSlice, family: 4 | 6): readonly ServedPlace[] =>
  endpoints.flatMap(({ node, ready, target, addresses: [text = ''] }) => {
    const address = ready && target?.kind === 'Pod' ? parseAddress(text) : null
    if (address === null || node === null || address.family !== family) return []
    return ports.flatMap(({ port, protocol }) =>
      port !== null && protocol === 'TCP' ? [{ node, place: { address, port } }] : [],
    )
  })
