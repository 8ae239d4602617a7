import type { PodNamespaces } from '../../shared/node/pod-namespaces.ts'
import type { Sockets } from '../../shared/node/sockets.ts'
import { isOk, ok, type Part, type Reading, unavailable } from '../../shared/reading.ts'
import type { Pod } from '../cluster/pods.ts'
import { memoise } from './memo.ts'
import { podKey } from './pods.ts'

/** A listening TCP socket of a pod. */
export interface PodListener {
  readonly protocol: 'tcp' | 'udp'
  readonly family: 4 | 6
  readonly address: string
  readonly port: number
}

/** Node parts with the sockets of pods. */
export interface NodeSockets {
  readonly podNamespaces: Part<PodNamespaces>
  readonly sockets: Part<Sockets>
}

/** TCP listeners of a pod, on the host for one on the host's network; unavailable unless all are known. */
export function listenersIn(pod: Pod, nodes: ReadonlyMap<string, NodeSockets>): Reading<readonly PodListener[]> {
  const parts = nodes.get(pod.node ?? '')
  if (!parts) return unavailable('not-recorded', `node ${pod.node ?? 'of the pod'} was not read`)
  if (pod.hostNetwork) {
    if (!isOk(parts.sockets)) return parts.sockets
    return parts.sockets.value.complete ? ok(parts.sockets.value.listeners) : incomplete(podKey(pod))
  }
  if (!isOk(parts.podNamespaces)) return parts.podNamespaces
  const known = byPod(parts.podNamespaces.value)
  return (
    known.get(pod.uid) ?? known.get(podKey(pod)) ?? unavailable('missing', `no process of pod ${podKey(pod)} was found`)
  )
}

const incomplete = (pod: string) => unavailable('failed', `not all tables of sockets of pod ${pod} were read`)

/** By uid, and by `namespace/name`. */
const byPod = memoise(({ namespaces }: PodNamespaces): ReadonlyMap<string, Reading<readonly PodListener[]>> => {
  const entries = namespaces.flatMap(({ pods, network }) =>
    pods.flatMap(({ uid, namespace, name }) => {
      const key = namespace !== null && name !== null ? podKey({ namespace, name }) : uid
      const listeners = isOk(network) ? network.value.listeners : network
      const reading = !isOk(listeners)
        ? listeners
        : listeners.value.completeTcp
          ? ok(listeners.value.sockets.filter(({ protocol }) => protocol === 'tcp'))
          : incomplete(key)
      return [[uid, reading] as const, [key, reading] as const]
    }),
  )
  return new Map(entries)
})
