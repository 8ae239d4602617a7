import { oneLine } from '../../shared/text.ts'
import type { ClusterParts } from '../engine/snapshot.ts'
import { nameOfProduct } from './cni-products.ts'
import { componentOfPod } from './components.ts'
import { daemonComplaints } from './daemon-logs.ts'
import { podKey } from './pods.ts'

/** A port that an agent asked for and did not get, by its own log. */
export interface RefusedPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Whose it should be: `Weave Net`. */
  readonly product: string
  /** `namespace/name` of the pod. */
  readonly pod: string
  readonly source: string
  readonly line: string
}

/** Ports that agents of the CNI on a node found taken; only of agents that are not ready for it. */
export function refusedPorts(
  node: string,
  { pods, componentLogs }: Pick<ClusterParts, 'pods' | 'componentLogs'>,
  takenAt: number,
): readonly RefusedPort[] {
  if (pods.status !== 'ok') return []
  const complaints = daemonComplaints({ pods: pods.value, componentLogs }, takenAt)
  const ports = complaints.flatMap(({ kind, isUnwell, pod, line, node: place }) => {
    const groups = kind === 'port-taken' && isUnwell && place === node ? refused.exec(line.text)?.groups : undefined
    const product = componentOfPod(pod)
    if (!groups || !product) return []
    const [protocol, port] = [groups.protocol === 'udp' ? ('udp' as const) : ('tcp' as const), Number(groups.port)]
    const text = oneLine(line.text, 240)
    return [{ protocol, port, product: nameOfProduct(product.id), pod: podKey(pod), source: line.source, line: text }]
  })
  return [...new Map(ports.map(each => [`${each.port}/${each.protocol}`, each])).values()]
}

/** The error of Go's `net.Listen`. */
const refused = /listen (?<protocol>tcp|udp)[46]? \S*:(?<port>\d{1,5}): bind: address already in use/
