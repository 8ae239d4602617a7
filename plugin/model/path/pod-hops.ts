import { isOk, type Reading } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { listenersIn } from '../pod-sockets.ts'
import { isLive } from '../pods.ts'
import { servedPort } from '../served-ports.ts'
import { type Hop, hop } from './hop.ts'
import { type Call, nodeOf, type PathScene, podLabel, readNodes, type Source } from './scene.ts'
import { whyNotReady } from './service-hops.ts'

/** Whether the source pod has a network at all. */
export function sourceHop({ label, pod, node, isHost, addresses }: Source): Hop {
  const told = { step: 'source', place: label } as const
  if (pod === null) return hop('ok', { ...told, text: addresses.join(', ') || 'has no address that the API knows' })
  if (node === null) return hop('blocked', { ...told, text: 'is on no node: it waits for the scheduler' })
  if (!isLive(pod)) return hop('blocked', { ...told, text: `has ended (${pod.phase})` })
  if (addresses.length === 0)
    return hop('blocked', { ...told, text: `has no address on ${node}: ${whyNotReady(pod)}`, code: 'POD001' })
  const where = `${addresses.join(', ')} on ${node}${isHost ? ', on the host’s network' : ''}`
  if (pod.ready) return hop('ok', { ...told, text: `${where}, is ready` })
  return hop('noted', { ...told, text: `${where}, ${whyNotReady(pod)}` })
}

/** Whether the target can answer. */
export function targetHop(call: Call): Hop {
  const { target } = call
  const told = { step: 'target', place: target.label } as const
  if (target.pod) return podHop(target.pod, call)
  if (target.node === null)
    return hop('not-looked-at', {
      ...told,
      text: 'is outside of the cluster: nothing there can be looked at',
    })
  const parts = nodeOf(call.scene, target.node)
  const sockets = isOk(parts) ? parts.value.sockets : parts
  if (!isOk(sockets)) return hop('not-looked-at', { ...told, text: `who listens there: ${sockets.detail}` })
  const ports = sockets.value.listeners.filter(({ protocol }) => protocol === call.protocol.toLowerCase())
  return listening(call, { ports, isComplete: sockets.value.complete })
}

function podHop(pod: Pod, call: Call): Hop {
  const told = { step: 'target', place: podLabel(pod) } as const
  if (!isLive(pod)) return hop('blocked', { ...told, text: `has ended (${pod.phase})` })
  const isRunning = pod.containers.some(({ state, init }) => state === 'running' && !init)
  if (!isRunning && pod.containers.length > 0)
    return hop('blocked', { ...told, text: `no container of it runs: it ${whyNotReady(pod)}` })
  const listens = listenHop(pod, call)
  if (pod.ready || listens.state === 'blocked') return listens
  return hop(listens.state === 'ok' ? 'noted' : listens.state, {
    ...told,
    text: `${whyNotReady(pod)}; ${listens.text}`,
  })
}

/** Whether the target pod listens: a ready pod as in SVC003, any other by its sockets only. */
function listenHop(pod: Pod, call: Call): Hop {
  const { target, protocol, scene } = call
  const told = { step: 'target', place: podLabel(pod) } as const
  const name = `${target.port}/${protocol}`
  if (protocol !== 'TCP') return unseenHop(pod, call)
  const reading = listenersIn(pod, readNodes(scene))
  if (!isOk(reading))
    return hop('not-looked-at', {
      ...told,
      text: `whether anybody listens on ${name}: ${whyUnread(reading, pod, scene)}`,
    })
  const port = { name: '', protocol, port: target.port, targetPort: target.port, nodePort: null, appProtocol: null }
  const served = servedPort(port, { pods: [pod], nodes: readNodes(scene), takenAt: scene.takenAt })
  if (served.kind === 'silent') return listening(call, { ports: reading.value, isComplete: true })
  const own = reading.value.some(listener => listener.port === target.port && !isLoopback(listener.address))
  if (own) return hop('ok', { ...told, text: `${pod.ready ? 'is ready and ' : ''}listens on ${name}` })
  return hop('not-looked-at', { ...told, text: `nobody listens on ${name} yet, or a proxy in the pod takes it` })
}

/** UDP sockets may be bound per peer: a listening one is an answer, a missing one is not. */
function unseenHop(pod: Pod, { target, protocol, scene }: Call): Hop {
  const told = { step: 'target', place: podLabel(pod) } as const
  const name = `${target.port}/${protocol}`
  const sockets = protocol === 'UDP' ? socketsOf(pod, scene) : []
  const isSeen = sockets.some(
    socket => socket.protocol === 'udp' && socket.port === target.port && !isLoopback(socket.address),
  )
  if (isSeen) return hop('ok', { ...told, text: `${pod.ready ? 'is ready and ' : ''}listens on ${name}` })
  return hop('not-looked-at', { ...told, text: `whether anybody listens on ${name} cannot be told` })
}

function socketsOf(pod: Pod, scene: PathScene) {
  const parts = nodeOf(scene, pod.node)
  if (!isOk(parts)) return []
  const { podNamespaces, sockets } = parts.value
  if (pod.hostNetwork) return isOk(sockets) ? sockets.value.listeners : []
  const all = isOk(podNamespaces) ? podNamespaces.value.namespaces : []
  return all
    .filter(({ pods }) =>
      pods.some(({ uid, namespace, name }) => uid === pod.uid || (namespace === pod.namespace && name === pod.name)),
    )
    .flatMap(({ network }) =>
      isOk(network) && isOk(network.value.listeners) ? network.value.listeners.value.sockets : [],
    )
}

const isLoopback = (address: string): boolean => /^(?:127\.|::1$)/.test(address)

function whyUnread(reading: Reading<unknown>, pod: Pod, scene: PathScene): string {
  const node = nodeOf(scene, pod.node)
  return isOk(node) ? (isOk(reading) ? '' : reading.detail) : node.detail
}

interface Listeners {
  readonly ports: readonly { readonly address: string; readonly port: number }[]
  readonly isComplete: boolean
}

function listening({ target, protocol }: Call, { ports, isComplete }: Listeners): Hop {
  const told = { step: 'target', place: target.label } as const
  const name = `${target.port}/${protocol}`
  const own = ports.filter(({ port }) => port === target.port)
  if (own.some(({ address }) => !isLoopback(address))) return hop('ok', { ...told, text: `listens on ${name}` })
  if (!isComplete || protocol !== 'TCP')
    return hop('not-looked-at', { ...told, text: `not all sockets were read: whether it listens on ${name}` })
  const open = ports.filter(({ address }) => !isLoopback(address)).map(({ port }) => port)
  const shown = [...new Set(open)].sort((a, b) => a - b).slice(0, 8)
  const observed =
    own.length > 0
      ? `listens on ${own[0]?.address}:${target.port} alone`
      : `listens on ${shown.join(', ') || 'nothing'}`
  return hop('blocked', {
    ...told,
    code: 'SVC003',
    evidence: [{ at: target.label, observed, expected: `a listener on ${name}` }],
    text:
      own.length > 0
        ? `listens on ${name} for itself alone (${own[0]?.address})`
        : `nobody listens on ${name} there; it ${observed}`,
  })
}
