import type { ProbeTarget } from '../../shared/protocol/probes.ts'
import type { EndpointSlice } from '../cluster/endpoint-slices.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import { dnsServiceOf } from './cluster-dns.ts'
import { podKey } from './pods.ts'

/** Pods that may ask and be asked, by node. */
export type PodsByNode = ReadonlyMap<string, readonly Pod[]>

/** A DNS pod that may be asked over TCP, past its service. */
interface DnsPlace {
  readonly node: string
  readonly label: string
  readonly address: string
  readonly port: number
}

interface Scene {
  readonly services: readonly Service[]
  readonly endpointSlices: readonly EndpointSlice[]
}

/** DNS pods that one node asks, each with a short message and with a large one. */
const mostPods = 2

/** Of each node the first of those pods that serve the cluster's DNS over TCP. */
export function placesOfDns({ services, endpointSlices }: Scene, free: PodsByNode): readonly DnsPlace[] {
  const service = dnsServiceOf(services)
  const name = service?.ports.find(({ port, protocol }) => port === 53 && protocol === 'TCP')?.name
  const places = endpointSlices
    .filter(slice => slice.namespace === service?.namespace && slice.service === service.name)
    .flatMap(({ ports, endpoints }) => {
      const port = ports.find(one => one.protocol === 'TCP' && one.name === name)?.port ?? null
      const addresses = endpoints.flatMap(({ ready, addresses }) => (ready ? addresses : []))
      return port === null ? [] : addresses.flatMap(address => placeAt(free, address, port) ?? [])
    })
  return [...new Map(places.toReversed().map(place => [place.node, place])).values()].toReversed()
}

function placeAt(free: PodsByNode, address: string, port: number): DnsPlace | null {
  for (const [node, pods] of free) {
    const pod = pods.find(({ ips }) => ips.includes(address))
    if (pod) return { node, label: `Pod ${podKey(pod)} on ${node}`, address, port }
  }
  return null
}

interface Asker {
  readonly node: string
  /** Its place in the list of nodes, so that in a large cluster each DNS pod is asked by some. */
  readonly at: number
  /** Uid of the pod out of which is asked; null for the node's own network. */
  readonly pod: string | null
  readonly domain: string
}

/** The same question twice to DNS pods of other nodes: in one small packet, and in several of full size. */
export function sizeTargets(places: readonly DnsPlace[], { node, at, pod, domain }: Asker): readonly ProbeTarget[] {
  const others = places.filter(place => place.node !== node)
  const start = at % Math.max(others.length, 1)
  const asked = [...others.slice(start), ...others.slice(0, start)].slice(0, mostPods)
  const question = { purpose: 'dns-pod', pod, name: `kubernetes.default.svc.${domain}` } as const
  return asked.flatMap(place => (['dns-tcp', 'dns-tcp-large'] as const).map(kind => ({ ...question, ...place, kind })))
}
