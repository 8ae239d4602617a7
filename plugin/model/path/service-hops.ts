import type { Evidence } from '../../../shared/finding.ts'
import { parseAddress } from '../../../shared/ip.ts'
import { isOk, valueOr } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import type { Service, ServicePort } from '../../cluster/services.ts'
import { labelsText } from '../label-match.ts'
import { podKey } from '../pods.ts'
import { portText } from '../served-ports.ts'
import { type Backend, backendsOf, podsBehind } from '../service-backends.ts'
import { declaredPorts, targetPortOf } from '../target-ports.ts'
import { type Hop, hop } from './hop.ts'
import { type PathScene, podLabel, type Target } from './scene.ts'

/** A service port as seen from one node. */
export interface Called {
  readonly scene: PathScene
  readonly service: Service
  readonly port: ServicePort
  readonly family: 4 | 6
  /** Node of the source; null where it is not known. */
  readonly node: string | null
}

/** A service as hops and findings name it. */
export const serviceLabel = (service: Service): string => `service/${podKey(service)}`

/** The endpoints of a port, or why there are none. */
export function callService(called: Called): { readonly hop: Hop; readonly targets: readonly Target[] } {
  const { service, scene } = called
  const backends = backendsOf(service, scene.cluster)
  const told = { step: 'service', place: serviceLabel(service) } as const
  const { endpointSlices } = scene.cluster
  if (backends === null || (backends.length === 0 && !isOk(endpointSlices))) {
    const why = isOk(endpointSlices) ? '' : endpointSlices.detail
    return { hop: hop('not-looked-at', { ...told, text: `its endpoints were not read: ${why}` }), targets: [] }
  }
  const usable = usableOf(backends, called)
  const near = isLocal(called) ? usable.filter(({ node }) => node === called.node) : usable
  const targets = near.flatMap(backend => toTarget(backend, called) ?? [])
  if (targets.length > 0) return { hop: leads(called, targets, backends), targets }
  const away = { text: `internalTrafficPolicy is Local, and no ready endpoint is on ${called.node}`, code: 'SVC005' }
  const reason = usable.length > 0 ? away : emptiness(called, backends)
  return { hop: hop('blocked', { ...told, ...reason }), targets: [] }
}

const isLocal = ({ service, node }: Called): boolean =>
  !service.headless && service.internalTrafficPolicy === 'Local' && node !== null

/** Ready endpoints; without any, those still serving while terminating. Source: kubernetes pkg/proxy/topology.go. */
function usableOf(backends: readonly Backend[], { port, family, service }: Called): readonly Backend[] {
  const own = backends.filter(
    backend => backend.family === `IPv${family}` && (service.headless || numberOf(backend, port) !== null),
  )
  const ready = own.filter(backend => backend.ready)
  return ready.length > 0 ? ready : own.filter(({ serving }) => serving)
}

const numberOf = ({ ports }: Backend, { name, protocol }: ServicePort): number | null =>
  ports.find(port => port.name === name && port.protocol === protocol)?.port ?? null

/** A headless service resolves to its pods, and the port is not translated. */
function toTarget(backend: Backend, { scene, service, port }: Called): Target | null {
  const address = parseAddress(backend.address)
  const number = service.headless ? port.port : numberOf(backend, port)
  if (!address || number === null) return null
  const pod = valueOr(scene.cluster.pods, []).find(pod => podKey(pod) === backend.pod) ?? null
  const node = valueOr(scene.cluster.nodes, []).find(({ addresses }) =>
    addresses.some(own => own.address === backend.address),
  )
  return {
    label: pod ? podLabel(pod) : node ? `node/${node.name}` : backend.address,
    address,
    port: number,
    pod,
    node: pod?.node ?? node?.name ?? backend.node,
    isHost: pod ? pod.hostNetwork : node !== undefined,
  }
}

function leads({ service, port }: Called, targets: readonly Target[], backends: readonly Backend[]): Hop {
  const count = targets.length === 1 ? '1 endpoint' : `${targets.length} endpoints`
  const told = { step: 'service', place: serviceLabel(service) } as const
  const waiting = backends.filter(({ ready }) => !ready).length
  const rest = waiting > 0 ? `; ${waiting} more ${waiting === 1 ? 'is' : 'are'} not ready` : ''
  const isOther = ({ pod }: Target) => pod !== null && targetPortOf(port, pod) !== port.port
  if (service.headless && targets.some(isOther))
    return hop('noted', {
      ...told,
      text: `is headless: pods are called at port ${port.port} itself, not at its target port ${port.targetPort}`,
    })
  return hop('ok', {
    ...told,
    text: service.headless
      ? `is headless: its name is the addresses of ${count}${rest}`
      : `${portText(port)} leads to ${count}${rest}`,
  })
}

interface Reason {
  readonly text: string
  readonly evidence?: readonly Evidence[]
  readonly code?: string
}

/** Why a port has no endpoints. */
function emptiness({ service, port, scene, family }: Called, backends: readonly Backend[]): Reason {
  if (service.selector === null)
    return { text: 'has no selector, and nobody wrote endpoints that are ready', code: 'SVC006' }
  const { pods } = scene.cluster
  if (!isOk(pods)) return { text: `has no ready endpoint; its pods were not read: ${pods.detail}` }
  const chosen = podsBehind(service, pods.value)
  const selector = labelsText(service.selector)
  if (chosen.length === 0)
    return {
      text: `its selector ${selector} matches no pod of ${service.namespace}`,
      evidence: [{ at: `Service ${podKey(service)}`, observed: `selector ${selector}`, expected: 'labels of pods' }],
      code: 'SVC001',
    }
  const ready = chosen.filter(pod => pod.ready && !pod.deleting)
  if (ready.length === 0) return { text: noneReady(chosen), code: 'SVC002' }
  if (ready.every(pod => targetPortOf(port, pod) === null))
    return {
      text: `its pods have no port named ${port.targetPort}`,
      evidence: ready.slice(0, 2).map(pod => ({
        at: `Pod ${podKey(pod)}`,
        observed: `ports ${declaredPorts(pod).join(', ') || 'none'}`,
        expected: `a port named ${port.targetPort}`,
      })),
      code: 'SVC003',
    }
  if (backends.length > 0) return { text: `has no ready endpoint for port ${port.port} with an IPv${family} address` }
  return { text: `has no endpoints, though ${ready.length} of its pods are ready`, code: 'SVC009' }
}

function noneReady(pods: readonly Pod[]): string {
  const [first] = pods.map(pod => `${podLabel(pod)} ${whyNotReady(pod)}`)
  return pods.length === 1
    ? `its only pod is not ready: ${first}`
    : `none of its ${pods.length} pods is ready: ${first}`
}

/** Why a pod is not ready according to the API. */
export function whyNotReady({ phase, deleting, containers, conditions }: Pod): string {
  if (deleting) return 'is being deleted'
  const container = containers.find(({ ready, init, state }) => !ready && !(init && state === 'terminated'))
  if (container?.reason) return `is in ${container.reason}`
  const condition = conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')
  if (container?.state === 'running') return 'runs and is not ready: its readiness probe fails'
  if (condition?.reason) return `is not ready: ${condition.reason}`
  return phase === 'Running' ? 'is marked as not ready' : `is ${phase || 'in an unknown phase'}`
}
