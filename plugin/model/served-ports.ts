import { isOk } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service, ServicePort } from '../cluster/services.ts'
import { listenersIn, type NodeSockets, type PodListener } from './pod-sockets.ts'
import { ageOf, minute, podKey } from './pods.ts'
import { targetPortOf } from './target-ports.ts'

/** What is behind one port of a service. */
export type ServedPort =
  | { readonly kind: 'served' }
  /** No pod behind the service has a port of that name. */
  | { readonly kind: 'no-such-name'; readonly name: string; readonly pods: readonly Pod[] }
  /**
   * Among the examined pods, `silent` ones have no listener; their `on` is where they listen instead, loopback first.
   */
  | { readonly kind: 'silent'; readonly silent: readonly SilentPod[]; readonly looked: number }
  | { readonly kind: 'unknown'; readonly why: string }

/** A pod in which nothing listens on the target port. */
export interface SilentPod {
  readonly pod: Pod
  readonly port: number
  /** Listens on this very port, but on 127.0.0.1 or ::1 alone. */
  readonly isLoopbackOnly: boolean
  readonly listening: readonly number[]
}

interface Scene {
  /** Pods that the service selects. */
  readonly pods: readonly Pod[]
  readonly nodes: ReadonlyMap<string, NodeSockets>
  readonly takenAt: number
}

/** Judges one port of a service with a selector; only ready pods that have run for a minute count for listeners. */
export function servedPort(port: ServicePort, { pods, nodes, takenAt }: Scene): ServedPort {
  const { targetPort } = port
  if (typeof targetPort === 'string' && pods.every(pod => targetPortOf(port, pod) === null))
    return { kind: 'no-such-name', name: targetPort, pods }
  // A socket of UDP may be bound per peer, and SCTP is in no table that is read.
  if (port.protocol !== 'TCP') return { kind: 'served' }
  const judged = pods.filter(pod => pod.ready && !pod.deleting && !isYoung(pod, takenAt) && !hasProxy(pod))
  const looks = judged.map(pod => ({ pod, wanted: targetPortOf(port, pod), reading: listenersIn(pod, nodes) }))
  const seen = looks.flatMap(({ pod, wanted, reading }) =>
    wanted !== null && isOk(reading) ? [{ pod, wanted, listeners: reading.value }] : [],
  )
  const silent = seen.flatMap(({ pod, wanted, listeners }) => silentPod(pod, wanted, listeners))
  if (silent.length > 0) return { kind: 'silent', silent, looked: seen.length }
  const unread = looks.find(({ reading }) => !isOk(reading))?.reading
  return unread && !isOk(unread) && seen.length === 0 ? { kind: 'unknown', why: unread.detail } : { kind: 'served' }
}

const loopback = /^(?:127\.|::1$)/

function silentPod(pod: Pod, port: number, listeners: readonly PodListener[]): readonly SilentPod[] {
  const own = listeners.filter(listener => listener.port === port && listener.protocol === 'tcp')
  if (own.some(({ address }) => !loopback.test(address))) return []
  const others = listeners.filter(({ address }) => !loopback.test(address)).map(listener => listener.port)
  return [{ pod, port, isLoopbackOnly: own.length > 0, listening: [...new Set(others)].sort((a, b) => a - b) }]
}

/** A program may take a moment to listen. */
const isYoung = ({ containers, createdAt }: Pod, takenAt: number): boolean =>
  [createdAt, ...containers.map(({ startedAt }) => startedAt)].some(time => (ageOf(time, takenAt) ?? minute) < minute)

/** A proxy in the pod takes connections by rules of the packet filter, on ports where nobody listens. */
const proxies = /istio-proxy|proxyv2|linkerd-proxy|linkerd2-proxy|consul-dataplane|kuma-(?:sidecar|dp)|osm-|envoy/

const hasProxy = ({ specs, initSpecs }: Pod): boolean =>
  [...specs, ...initSpecs].some(({ name, image }) => proxies.test(name) || proxies.test(image))

/** For messages: `80/TCP to http`. */
export const portText = ({ port, protocol, targetPort }: Service['ports'][number]): string =>
  `${port}/${protocol}${targetPort === port ? '' : ` to ${targetPort}`}`

/** For evidence. */
export const podPlace = (pod: Pod): string => `Pod ${podKey(pod)}${pod.node ? ` on ${pod.node}` : ''}`
