import type { Pod } from '../cluster/pods.ts'
import { memoise } from './memo.ts'

/** Pods by node; unscheduled pods are left out. */
const podsByNode = memoise((pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> => {
  const byNode = new Map<string, Pod[]>()
  for (const pod of pods) {
    if (pod.node === null) continue
    const known = byNode.get(pod.node)
    if (known) known.push(pod)
    else byNode.set(pod.node, [pod])
  }
  return byNode
})

/** Pods of one node that still hold resources: neither finished nor evicted. */
export const livePodsOn = (pods: readonly Pod[], node: string): readonly Pod[] =>
  (podsByNode(pods).get(node) ?? []).filter(isLive)

/** Neither finished nor evicted: a finished pod keeps its address in its status only. */
export const isLive = ({ phase }: Pod): boolean => phase !== 'Succeeded' && phase !== 'Failed'

/** Live pods of one node that have a network of their own. */
export const networkedPodsOn = (pods: readonly Pod[], node: string): readonly Pod[] =>
  livePodsOn(pods, node).filter(({ hostNetwork }) => !hostNetwork)

/** `namespace/name`. */
export const podKey = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`

/** Milliseconds from an RFC 3339 time to `now`; null where the time is missing or unreadable. */
export function ageOf(time: string | null, now: number): number | null {
  const at = time === null ? Number.NaN : Date.parse(time)
  return Number.isNaN(at) ? null : now - at
}

export const minute = 60_000
export const hour = 60 * minute

/** Young, not ready yet, and no container of it has ended. */
export const isStarting = ({ createdAt, ready, containers }: Pod, now: number): boolean =>
  !ready &&
  (ageOf(createdAt, now) ?? Number.POSITIVE_INFINITY) < 2 * minute &&
  containers.every(({ restarts, state }) => restarts === 0 && state !== 'terminated')
