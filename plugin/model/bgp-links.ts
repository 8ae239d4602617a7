import type { ApiEvent } from '../cluster/events.ts'
import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'
import { conditionOf } from './api-node.ts'
import { cniComponentsOf } from './components.ts'
import { plainText } from './event-text.ts'
import { ageOf, hour, isLive, minute } from './pods.ts'

/** A calico-node's report of missing BGP sessions. */
export interface BgpReport {
  readonly pod: Pod
  readonly node: string
  readonly text: string
  /** Addresses of the peers. */
  readonly peers: readonly string[]
}

const notEstablished = /BGP not established with (?<peers>[0-9a-f.:, ]+)/i
const startMs = 2 * minute

/** The newest report of each unready calico-node; sessions take a moment after its start. */
export function bgpReports(
  { pods, events }: { readonly pods: readonly Pod[]; readonly events: readonly ApiEvent[] },
  takenAt: number,
): readonly BgpReport[] {
  const unready = pods.filter(
    pod =>
      !pod.ready &&
      isLive(pod) &&
      cniComponentsOf(pod).includes('calico') &&
      (ageOf(startOf(pod), takenAt) ?? startMs) >= startMs,
  )
  return unready.flatMap(pod => {
    const text = newestText(pod, events, takenAt)
    const peers =
      notEstablished
        .exec(text)
        ?.groups?.peers?.split(/[, ]+/)
        .filter(peer => peer !== '') ?? []
    return pod.node === null || peers.length === 0 ? [] : [{ pod, node: pod.node, text, peers }]
  })
}

/** The address that calico-node uses for BGP, detected or configured. */
const bgpAddress = ({ annotations }: ApiNode): string | null =>
  annotations['projectcalico.org/IPv4Address']?.replace(/\/\d+$/, '') ?? null

/** A detected BGP address that is not an address of the Node; null otherwise. */
export function strayAddress(node: ApiNode): string | null {
  const detected = bgpAddress(node)
  const own = node.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address)
  return detected === null || own.length === 0 || own.includes(detected) ? null : detected
}

/** The node that has a peer's address. */
export const nodeOfPeer = (peer: string, nodes: readonly ApiNode[]): ApiNode | undefined =>
  nodes.find(node => bgpAddress(node) === peer) ??
  nodes.find(({ addresses }) => addresses.some(({ address }) => address === peer))

/** Whether the node is silent or not ready, so that missing sessions with it are expected. */
export const isDown = (node: ApiNode | undefined): boolean =>
  node !== undefined && conditionOf(node, 'Ready')?.status === 'Unknown'

const startOf = ({ containers, createdAt }: Pod) =>
  containers.find(({ name, init }) => name === 'calico-node' && !init)?.startedAt ?? createdAt

function newestText(pod: Pod, events: readonly ApiEvent[], takenAt: number): string {
  const own = events.filter(
    ({ reason, object, lastSeen }) =>
      reason === 'Unhealthy' &&
      object.name === pod.name &&
      object.namespace === pod.namespace &&
      (ageOf(lastSeen, takenAt) ?? 0) <= hour,
  )
  const newest = own.reduce<ApiEvent | null>(
    (best, event) => (best && (best.lastSeen ?? '') > (event.lastSeen ?? '') ? best : event),
    null,
  )
  return newest ? plainText(newest.message) : ''
}
