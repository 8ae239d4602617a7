import { type Address, parseAddress } from '../../../shared/ip.ts'
import type { Routes } from '../../../shared/node/routes.ts'
import type { EndpointSlice } from '../../cluster/endpoint-slices.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service } from '../../cluster/services.ts'
import { networkedPodsOn } from '../pods.ts'
import type { Packet, Place } from './packet.ts'
import { ofFamily, podOn } from './pod-places.ts'
import type { RequiredPort } from './required-ports.ts'
import { deviceTowards } from './route-device.ts'
import { servedPlaces } from './served-places.ts'

/** Purpose of a packet. `outside`, `node-ports` and `optional` may be forbidden on purpose. */
export type Purpose = 'pods' | 'api' | 'dns' | 'kubelet' | 'overlay' | 'probes' | 'outside' | 'node-ports' | 'optional'

/** A packet that a working cluster needs, with a description: `from its pods to pods of node2`. */
export interface Journey {
  readonly purpose: Purpose
  readonly text: string
  readonly packet: Packet
  /** Set for a port of the node itself that other nodes need. */
  readonly isPort?: true
}

/** The state from which packets are derived. */
export interface JourneySources {
  readonly node: string
  readonly nodes: readonly ApiNode[]
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly slices: readonly EndpointSlice[]
  readonly routes: Routes
  /** Whether the rules see packets between ports of a bridge. */
  readonly isBridgeFiltered: boolean
  readonly ports: readonly RequiredPort[]
}

/** Number of other nodes to try: rules against only one of many nodes are rare. */
const mostPeers = 8

/** The packets of one address family that must get through a node. None when no pod has an address there. */
export function journeysOf(sources: JourneySources, family: 4 | 6): readonly Journey[] {
  const scene = sceneOf(sources, family)
  return [
    ...(scene.pod ? podJourneys(scene, scene.pod) : []),
    ...(scene.own ? [...nodeJourneys(scene, scene.own), ...nodePortJourneys(scene, scene.own)] : []),
  ]
}

interface Scene {
  readonly sources: JourneySources
  readonly family: 4 | 6
  /** A pod of the node. */
  readonly pod: Place | null
  /** The node's own address, and one of another node. */
  readonly own: Address | null
  readonly peer: Address | null
  readonly device: (address: Address) => string | null
}

function sceneOf(sources: JourneySources, family: 4 | 6): Scene {
  const { node, nodes, routes } = sources
  const own = nodes.find(({ name }) => name === node)
  const others = nodes.filter(({ name }) => name !== node)
  const peer = others.find(isControlPlane) ?? others[0]
  return {
    sources,
    family,
    pod: podOn(sources.pods, node, family),
    own: own ? nodeAddress(own, family) : null,
    peer: peer ? nodeAddress(peer, family) : null,
    device: address => deviceTowards(routes, address),
  }
}

const isControlPlane = ({ labels }: ApiNode): boolean => 'node-role.kubernetes.io/control-plane' in labels

const nodeAddress = ({ addresses }: ApiNode, family: 4 | 6): Address | null =>
  ofFamily(
    addresses.flatMap(({ type, address }) => (type === 'InternalIP' ? [address] : [])),
    family,
  )

/** A client at an ephemeral port. */
const client = (address: Address): Place => ({ address, port: 41_000 })

type Way = Pick<Packet, 'source' | 'destination'> & Partial<Packet>

const tcp = (way: Way): Packet => ({
  protocol: 'tcp',
  path: 'forward',
  state: 'NEW',
  input: null,
  output: null,
  ...way,
})

function podJourneys(scene: Scene, pod: Place): readonly Journey[] {
  return [
    ...peerJourneys(scene, pod),
    ...servedJourneys(scene, pod),
    ...neighbourJourneys(scene, pod),
    ...serviceJourneys(scene, pod),
    ...(scene.own ? [probeJourney(scene, scene.own, pod)] : []),
    ...outsideJourneys(scene, pod),
  ]
}

/** Between a pod here and pods of other nodes, both ways. */
function peerJourneys({ sources, family, device }: Scene, pod: Place): readonly Journey[] {
  const peers = sources.nodes.flatMap(({ name }) => {
    const place = name === sources.node ? null : podOn(sources.pods, name, family)
    return place ? [{ name, place }] : []
  })
  return peers.slice(0, mostPeers).flatMap(({ name, place }) => {
    const [here, there] = [device(pod.address), device(place.address)]
    const out = tcp({ source: client(pod.address), destination: place, input: here, output: there })
    const back = tcp({ source: client(place.address), destination: pod, input: there, output: here })
    return [
      { purpose: 'pods', text: `from its pods to pods of ${name}`, packet: out },
      { purpose: 'pods', text: `from pods of ${name} to its pods`, packet: back },
    ]
  })
}

/** To ports behind services: a rule may block only one of them. */
function servedJourneys({ sources, family, device }: Scene, pod: Place): readonly Journey[] {
  const { node, nodes, slices } = sources
  const others = nodes.filter(({ name }) => name !== node)
  const stranger = others.map(({ name }) => podOn(sources.pods, name, family)).find(place => place !== null)
  return servedPlaces(slices, node, family).flatMap(({ place, ...served }) => {
    const isOwn = served.node === node
    const from = isOwn ? stranger?.address : pod.address
    if (!from) return []
    const way = { source: client(from), destination: place, input: device(from), output: device(place.address) }
    const text = isOwn
      ? `from pods of other nodes to port ${place.port} of its pods`
      : `from its pods to port ${place.port} of others`
    return [{ purpose: 'pods', text, packet: tcp(way) }]
  })
}

/** Between two pods of the node; on the same bridge only when bridged packets pass the rules. */
function neighbourJourneys({ sources, family, device }: Scene, pod: Place): readonly Journey[] {
  const others = networkedPodsOn(sources.pods, sources.node).flatMap(({ ips }) => ofFamily(ips, family) ?? [])
  const other = others.find(({ value }) => value !== pod.address.value)
  const [input, output] = [other ? device(other) : null, device(pod.address)]
  const isBridged = input === output
  if (!other || input === null || (isBridged && !sources.isBridgeFiltered)) return []
  const packet = tcp({ source: client(other), destination: pod, input, output, isBridged })
  return [{ purpose: 'pods', text: 'between its own pods', packet }]
}

/** From a pod here to the API server and to the DNS, through their services. */
function serviceJourneys(scene: Scene, pod: Place): readonly Journey[] {
  const { services } = scene.sources
  const api = services.find(({ namespace, name }) => namespace === 'default' && name === 'kubernetes')
  const dns = services.find(({ namespace, ports }) => namespace === 'kube-system' && ports.some(isDns))
  return [
    ...(api
      ? serviceJourney(scene, pod, { service: api, protocol: 'tcp', purpose: 'api', what: 'the API server' })
      : []),
    ...(dns ? serviceJourney(scene, pod, { service: dns, protocol: 'udp', purpose: 'dns', what: 'the DNS' }) : []),
    ...otherServices(scene, pod),
  ]
}

/** Ports of services that are tried: rules against services ask for a port, or for none. */
const mostServicePorts = 8
const mostServices = 64

/** One service of each port that services have. */
function otherServices(scene: Scene, pod: Place): readonly Journey[] {
  const byPort = new Map<number, readonly Journey[]>()
  for (const service of scene.sources.services.slice(0, mostServices)) {
    const port = service.ports.find(({ protocol }) => protocol === 'TCP')?.port
    if (byPort.size >= mostServicePorts) break
    if (port === undefined || byPort.has(port)) continue
    const what = `services at port ${port}`
    const journeys = serviceJourney(scene, pod, { service, protocol: 'tcp', purpose: 'pods', what })
    if (journeys.length > 0) byPort.set(port, journeys)
  }
  return [...byPort.values()].flat()
}

const isDns = ({ port, protocol }: Service['ports'][number]): boolean => port === 53 && protocol === 'UDP'

interface Called {
  readonly service: Service
  readonly protocol: 'tcp' | 'udp'
  readonly purpose: Purpose
  readonly what: string
}

function serviceJourney(scene: Scene, pod: Place, { service, protocol, purpose, what }: Called): readonly Journey[] {
  const { family, device } = scene
  const port = service.ports.find(each => each.protocol === protocol.toUpperCase())
  const address = ofFamily(service.clusterIPs, family)
  const endpoint = port ? endpointOf(scene, service, port) : null
  if (!port || !address || !endpoint || endpoint.address.value === pod.address.value) return []
  const isOwn = endpoint.address.value === scene.own?.value
  const [input, output] = [device(pod.address), device(endpoint.address)]
  const isBridged = !isOwn && input === output
  if (isBridged && !scene.sources.isBridgeFiltered) return []
  const way = {
    source: client(pod.address),
    destination: { address, port: port.port },
    translated: endpoint,
    protocol,
    input,
  }
  const packet = isOwn ? tcp({ ...way, path: 'input' }) : tcp({ ...way, output, isBridged })
  return [{ purpose, text: `from its pods to ${what}`, packet }]
}

/** A ready endpoint of a port of a service. */
function endpointOf(
  { sources, family }: Scene,
  service: Service,
  { name, protocol }: Service['ports'][number],
): Place | null {
  for (const slice of sources.slices) {
    if (slice.namespace !== service.namespace || slice.service !== service.name) continue
    const port = slice.ports.find(each => each.name === name && each.protocol === protocol)?.port
    const address = ofFamily(
      slice.endpoints.filter(({ ready }) => ready).flatMap(({ addresses }) => addresses[0] ?? []),
      family,
    )
    if (address && port) return { address, port }
  }
  return null
}

const probeJourney = ({ device }: Scene, own: Address, pod: Place): Journey => ({
  purpose: 'probes',
  text: 'from the kubelet to its pods',
  packet: tcp({ source: client(own), destination: pod, path: 'output', output: device(pod.address) }),
})

/** Addresses outside of every cluster, reserved for documentation. */
const outsiders = { 4: '198.51.100.7', 6: '2001:db8:ffff::7' } as const

function outsideJourneys({ family, device }: Scene, pod: Place): readonly Journey[] {
  const address = parseAddress(outsiders[family])
  const output = address ? device(address) : null
  if (!address || output === null) return []
  const way = { source: client(pod.address), destination: { address, port: 443 }, input: device(pod.address), output }
  return [{ purpose: 'outside', text: 'from its pods to addresses outside', packet: tcp(way) }]
}

/** From another node to the ports of this one. */
function nodeJourneys({ sources, peer, device }: Scene, own: Address): readonly Journey[] {
  if (!peer) return []
  return sources.ports.map(({ protocol, port, text, purpose }) => ({
    purpose,
    isPort: true,
    text: `from other nodes to ${text} (${port}/${protocol})`,
    packet: tcp({
      source: client(peer),
      destination: { address: own, port },
      protocol,
      path: 'input',
      input: device(peer),
    }),
  }))
}

/** From outside to the first node port that leads to a pod. */
function nodePortJourneys(scene: Scene, own: Address): readonly Journey[] {
  const outsider = parseAddress(outsiders[scene.family])
  const input = outsider ? scene.device(outsider) : null
  if (!outsider || input === null) return []
  for (const service of scene.sources.services) {
    const port = service.ports.find(({ nodePort, protocol }) => nodePort !== null && protocol === 'TCP')
    const endpoint = port ? endpointOf(scene, service, port) : null
    if (!port || !endpoint || service.externalTrafficPolicy === 'Local') continue
    const destination = { address: own, port: port.nodePort }
    const output = scene.device(endpoint.address)
    const packet = tcp({ source: client(outsider), destination, translated: endpoint, input, output })
    return [{ purpose: 'node-ports', text: `from outside to node port ${port.nodePort}`, packet }]
  }
  return []
}
