import { formatAddress, parseAddress } from '../../../shared/ip.ts'
import { isOk, valueOr } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service, ServicePort } from '../../cluster/services.ts'
import { podKey } from '../pods.ts'
import { declaredPorts, namedPortOf } from '../target-ports.ts'
import { type Hop, hop } from './hop.ts'
import type { End } from './resolve.ts'
import { nodeOf, type PathScene, type Protocol, podLabel, type Source, type Target } from './scene.ts'
import { serviceLabel } from './service-hops.ts'

/** Where a connection ends: one place, the endpoints of a service, or a hop beyond which nothing is known. */
export type Destination =
  | { readonly kind: 'target'; readonly label: string; readonly target: Target }
  | {
      readonly kind: 'service'
      readonly label: string
      readonly service: Service
      readonly port: ServicePort
      readonly address: string | null
    }
  | { readonly kind: 'hop'; readonly label: string; readonly hop: Hop }

/** A question that cannot be answered as asked. */
export interface Unclear {
  readonly kind: 'unclear'
  readonly why: string
  readonly hint: string
}

interface Asked {
  readonly end: Exclude<End, { kind: 'absent' }>
  /** As written: a number or a port name. */
  readonly port: string | null
  readonly protocol: Protocol
}

/** Determines the destination and its port. */
export function destinationOf({ end, port, protocol }: Asked, scene: PathScene): Destination | Unclear {
  switch (end.kind) {
    case 'pod':
      return toPod(end.pod, { port, protocol })
    case 'service':
      return toService(end, { port, protocol })
    case 'node':
      return toNode(end.node, { port, protocol, address: end.address }, scene)
    case 'address':
      return toAddress(end.address, port)
    case 'name':
      return stop(
        `${end.name}${port === null ? '' : `:${port}`}`,
        `name ${end.name}`,
        'which address this name of DNS has is not looked up: give its address',
      )
    default:
      return stop('?', 'API', end.why)
  }
}

const stop = (label: string, place: string, text: string): Destination => ({
  kind: 'hop',
  label,
  hop: hop('not-looked-at', { step: 'name', place, text }),
})

interface PortAsked {
  readonly port: string | null
  readonly protocol: Protocol
}

const unclear = (label: string, known: readonly string[]): Unclear => ({
  kind: 'unclear',
  why: `which port of ${label} is meant is not said`,
  hint: known.length > 0 ? `it has ${known.join(', ')}: write ${label}:PORT` : `write ${label}:PORT`,
})

const toNumber = (port: string | null): number | null =>
  port !== null && /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536 ? Number(port) : null

/** Uses the only declared port when none is given. */
function toPod(pod: Pod, { port, protocol }: PortAsked): Destination | Unclear {
  const label = podLabel(pod)
  const declared = pod.specs.flatMap(({ ports }) => ports).filter(each => each.protocol === protocol)
  const only = port === null && declared.length === 1 ? declared[0]?.containerPort : undefined
  const number = toNumber(port) ?? (port === null ? only : namedPortOf(pod, { name: port, protocol }))
  if (number === undefined || number === null) return unclear(label, declaredPorts(pod))
  const address = parseAddress(pod.ips[0] ?? '')
  if (!address)
    return {
      kind: 'hop',
      label,
      hop: hop('blocked', { step: 'target', place: label, text: 'has no address', code: 'POD001' }),
    }
  const target = { label, address, port: number, pod, node: pod.node, isHost: pod.hostNetwork }
  return { kind: 'target', label: `${label}:${number}`, target }
}

/** A port that the service lacks is an answer; a missing port is an unclear question. */
function toService(
  { service, address }: Extract<End, { kind: 'service' }>,
  { port, protocol }: PortAsked,
): Destination | Unclear {
  const label = serviceLabel(service)
  if (service.type === 'ExternalName')
    return stop(
      label,
      label,
      `is a name for ${service.externalName ?? '?'}, whose address is not looked up: give its address`,
    )
  const own = service.ports.filter(each => each.protocol === protocol)
  const known = service.ports.map(each => `${each.port}/${each.protocol}${each.name === '' ? '' : ` (${each.name})`}`)
  const isAsked = (each: ServicePort) =>
    port === null ? own.length === 1 : String(each.port) === port || each.name === port
  const found = own.find(isAsked)
  if (found) return { kind: 'service', label: `${label}:${found.port}`, service, port: found, address }
  if (port === null && own.length !== 0) return unclear(label, known)
  const evidence = [{ at: `Service ${podKey(service)}`, observed: `ports ${known.join(', ') || 'none'}` }]
  const text = `has no port ${port ?? 'of'}${port === null ? ' ' : '/'}${protocol}: it has ${known.join(', ') || 'none'}`
  return { kind: 'hop', label, hop: hop('blocked', { step: 'service', place: label, text, evidence }) }
}

interface NodeAsked extends PortAsked {
  readonly address: string | null
}

function toNode(node: ApiNode, { port, protocol, address: asked }: NodeAsked, scene: PathScene): Destination | Unclear {
  const label = `node/${node.name}`
  const number = toNumber(port)
  if (number === null) return unclear(label, [])
  const text = asked ?? node.addresses.find(({ type }) => type === 'InternalIP')?.address
  const address = parseAddress(text ?? '')
  if (!address) return stop(label, label, 'has no address of its own that the API knows')
  const service = nodePortService(number, protocol, scene)
  if (service && !listensItself(node.name, number, scene)) return throughNodePort(label, number, service)
  return {
    kind: 'target',
    label: `${label}:${number}`,
    target: { label, address, port: number, pod: null, node: node.name, isHost: true },
  }
}

const nodePortService = (number: number, protocol: Protocol, { cluster }: PathScene): Service | undefined =>
  valueOr(cluster.services, []).find(({ ports }) =>
    ports.some(port => port.nodePort === number && port.protocol === protocol),
  )

function listensItself(node: string, number: number, scene: PathScene): boolean {
  const parts = nodeOf(scene, node)
  const sockets = isOk(parts) ? parts.value.sockets : parts
  return isOk(sockets) && sockets.value.listeners.some(({ port }) => port === number)
}

const throughNodePort = (label: string, number: number, service: Service): Destination =>
  stop(
    `${label}:${number}`,
    label,
    `${number} is a node port of ${serviceLabel(service)}: what lies behind it is not followed; ask for ${serviceLabel(service)}`,
  )

function toAddress(text: string, port: string | null): Destination | Unclear {
  const number = toNumber(port)
  const address = parseAddress(text)
  if (number === null || !address) return unclear(text.includes(':') ? `[${text}]` : text, [])
  const label = formatAddress(address)
  const target = { label, address, port: number, pod: null, node: null, isHost: false }
  return { kind: 'target', label: label.includes(':') ? `[${label}]:${number}` : `${label}:${number}`, target }
}

/** Maximum number of pods to follow of a workload. */
const mostSources = 8

/** The sources of the connection, several for a workload, or a sentence on why there is none. */
export function sourcesOf(
  end: Exclude<End, { kind: 'absent' | 'unread' }>,
): readonly [Source, ...(readonly Source[])] | string {
  if (end.kind === 'pod') return [toSource(end.pod), ...end.others.slice(0, mostSources - 1).map(toSource)]
  if (end.kind === 'node') {
    const addresses = end.node.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address)
    return [{ label: `node/${end.node.name}`, pod: null, node: end.node.name, isHost: true, addresses }]
  }
  if (end.kind === 'service') return `${serviceLabel(end.service)} starts no connection: name a pod or a node`
  return `${end.kind === 'address' ? end.address : end.name} is nobody in this cluster: name a pod or a node`
}

const toSource = (pod: Pod): Source => ({
  label: podLabel(pod),
  pod,
  node: pod.node,
  isHost: pod.hostNetwork,
  addresses: pod.ips,
})
