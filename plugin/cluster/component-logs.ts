import pLimit from 'p-limit'
import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../../shared/reading.ts'
import { defineClusterPart } from '../kube/cluster-part.ts'
import type { Kube } from '../kube/port.ts'
import { componentOfPod, isNetworkComponent } from '../model/components.ts'
import { type ContainerState, type Pod, pods } from './pods.ts'

/** Tail of one container's log, and of its previous run after a restart. */
export interface ContainerLog {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly current: Reading<string>
  readonly previous: Reading<string> | null
}

interface Wanted {
  readonly pod: Pod
  readonly container: ContainerState
}

const tailLines = 200
/** Maximum number of logs; unhealthy containers come first, since they show the cause. */
const most = 80
const mostOfNode = 12
const atOnce = 8

/** Logs of CNI, DNS, kube-proxy and cloud pods: unhealthy containers first, then DNS, then the others. */
export const componentLogs = defineClusterPart<readonly ContainerLog[]>({
  collect: async kube => {
    const list = await pods.collect(kube)
    if (!isOk(list)) return mapReading(list, () => [])
    const { chosen, left } = choose(list.value.filter(isNetworkComponent).flatMap(containersOf).sort(byUrgency))
    const limit = pLimit(atOnce)
    const read = await Promise.all(chosen.map(wanted => limit(() => logOf(kube, wanted))))
    const logs = [...read, ...left.map(notAsked)]
    return mapReading(whyNone(read.map(({ current }) => current)), () => logs)
  },
})

/** When no log could be read at all, the part is unread, not empty. */
function whyNone(read: readonly Reading<string>[]): Reading<null> {
  const why = read.find(reading => !isOk(reading) && !isMissing(reading))
  return why && !isOk(why) && !read.some(isOk) ? why : ok(null)
}

/** Completed init containers say nothing about the present. */
const containersOf = (pod: Pod): readonly Wanted[] =>
  pod.containers.filter(({ init, exitCode }) => !(init && exitCode === 0)).map(container => ({ pod, container }))

const byUrgency = (one: Wanted, other: Wanted): number => urgency(one) - urgency(other)

function urgency({ pod, container }: Wanted): number {
  if (!container.ready) return pod.ready ? 1 : 0
  return componentOfPod(pod)?.kind === 'dns' ? 2 : 3
}

function choose(wanted: readonly Wanted[]): { readonly chosen: readonly Wanted[]; readonly left: readonly Wanted[] } {
  const perNode = new Map<string, number>()
  const chosen = wanted.filter(({ pod }) => {
    const taken = (perNode.get(pod.node ?? '') ?? 0) + 1
    perNode.set(pod.node ?? '', taken)
    return taken <= mostOfNode
  })
  const first = new Set(chosen.slice(0, most))
  return { chosen: [...first], left: wanted.filter(one => !first.has(one)) }
}

const nameOf = ({ pod, container }: Wanted) => ({
  namespace: pod.namespace,
  pod: pod.name,
  container: container.name,
})

const notAsked = (wanted: Wanted): ContainerLog => ({
  ...nameOf(wanted),
  current: unavailable('too-large', 'logs of enough other containers were read'),
  previous: null,
})

async function logOf(kube: Kube, wanted: Wanted): Promise<ContainerLog> {
  const target = { ...nameOf(wanted), tailLines }
  const [current, previous] = await Promise.all([
    kube.logs(target),
    wanted.container.restarts > 0 ? kube.logs({ ...target, previous: true }) : null,
  ])
  return {
    ...nameOf(wanted),
    current: mapReading(current, lastLines),
    previous: previous && mapReading(previous, lastLines),
  }
}

/** A recording may contain more of a log than was requested. */
function lastLines(text: string): string {
  const lines = text.split('\n')
  const most = text.endsWith('\n') ? tailLines + 1 : tailLines
  return lines.length > most ? lines.slice(-most).join('\n') : text
}
