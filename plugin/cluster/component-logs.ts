import { isOk, mapReading, ok, type Reading } from '../../shared/reading.ts'
import { defineClusterPart } from '../kube/cluster-part.ts'
import type { Kube } from '../kube/port.ts'
import { isNetworkComponent } from '../model/components.ts'
import { type ContainerState, type Pod, pods } from './pods.ts'

/** Tail of the log of one container, and of its run before where it was restarted. */
export interface ContainerLog {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly current: Reading<string>
  readonly previous: Reading<string> | null
}

const tailLines = 60
/** Logs of more containers are not asked for: the first broken ones tell the cause. */
const most = 24

/** Logs of CNI, DNS and kube-proxy pods that are not well: only there a log is needed to say why. */
export const componentLogs = defineClusterPart<readonly ContainerLog[]>({
  collect: async kube => {
    const list = await pods.collect(kube)
    if (!isOk(list)) return mapReading(list, () => [])
    const wanted = list.value
      .filter(isNetworkComponent)
      .flatMap(pod => unwell(pod).map(container => ({ pod, container })))
    return ok(await Promise.all(wanted.slice(0, most).map(({ pod, container }) => logOf(kube, pod, container))))
  },
})

const unwell = (pod: Pod): readonly ContainerState[] =>
  pod.ready
    ? []
    : pod.containers.filter(container => !(container.ready || (container.init && container.exitCode === 0)))

async function logOf(kube: Kube, pod: Pod, container: ContainerState): Promise<ContainerLog> {
  const target = {
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    tailLines,
  }
  const [current, previous] = await Promise.all([
    kube.logs(target),
    container.restarts > 0 ? kube.logs({ ...target, previous: true }) : null,
  ])
  return {
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    current,
    previous,
  }
}
