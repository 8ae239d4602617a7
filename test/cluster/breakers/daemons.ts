import { rfc3339 } from '../api/clock.ts'
import { isRecord, type KubeObject, placeOf, textOf } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import { recordEvent } from '../controllers/event.ts'
import type { Breaker } from './breaker.ts'
import { setNodeState } from './node-state.ts'

const pods = typeNamed('pods')

/** The node's kube-proxy crash-loops because of a missing file. */
export const kubeProxyCrash: Breaker = async (node, { api: { store, clock } }) => {
  const planned = node.plan.pods.find(({ workload }) => workload.name === 'kube-proxy')
  const before = store.items(pods).find(pod => pod.metadata.name === planned?.name)
  if (!before) throw new Error(`${node.name} has no kube-proxy`)
  await node.setDaemon('kube-proxy', false)
  node.kubelet.otherLogs.set(before.metadata.name, [crashLine])
  const about = store.replace(pods, crashed(before, rfc3339(clock.now())))
  const message = `Back-off restarting failed container kube-proxy in pod ${titleOf(before)}`
  recordEvent(store, clock, {
    about,
    type: 'Warning',
    reason: 'BackOff',
    message,
    component: 'kubelet',
    host: node.name,
  })
  return async () => {
    node.kubelet.otherLogs.delete(before.metadata.name)
    store.update(pods, placeOf(before), current => ({ ...current, status: before.status }))
    await node.setDaemon('kube-proxy', true)
  }
}

const crashLine =
  'E1121 03:11:55.315278       1 run.go:72] "command failed" err="failed complete: open /var/lib/kube-proxy/config.conf: no such file or directory"'

const titleOf = ({ metadata: { namespace, name, uid } }: KubeObject) => `${name}_${namespace}(${uid})`

function crashed(pod: KubeObject, now: string): KubeObject {
  const status = isRecord(pod.status) ? pod.status : {}
  const conditions = Array.isArray(status.conditions) ? status.conditions.filter(isRecord) : []
  const unready = { reason: 'ContainersNotReady', message: 'containers with unready status: [kube-proxy]' }
  const message = `back-off 5m0s restarting failed container=kube-proxy pod=${titleOf(pod)}`
  const terminated = { exitCode: 1, reason: 'Error', startedAt: now, finishedAt: now }
  return {
    ...pod,
    status: {
      ...status,
      conditions: conditions.map(condition =>
        ['Ready', 'ContainersReady'].includes(String(condition.type))
          ? { ...condition, status: 'False', lastTransitionTime: now, ...unready }
          : condition,
      ),
      containerStatuses: [
        {
          name: 'kube-proxy',
          state: { waiting: { reason: 'CrashLoopBackOff', message } },
          lastState: { terminated },
          ready: false,
          restartCount: 12,
          started: false,
          image: textOf(pod, 'spec.containers.0.image'),
          imageID: '',
        },
      ],
    },
  }
}

/** The node's kubelet is gone: its lease expires and the control plane marks it Unknown. */
export const nodeNotReady: Breaker = async (node, surroundings) => {
  const { store, clock } = surroundings.api
  node.kubelet.isStopped = true
  await node.setDaemon('kubelet', false)
  const unknown = {
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  } as const
  const putBack = setNodeState(surroundings, node.name, {
    conditions: { MemoryPressure: unknown, DiskPressure: unknown, PIDPressure: unknown, Ready: unknown },
    taints: ['NoSchedule', 'NoExecute'].map(effect => ({ key: 'node.kubernetes.io/unreachable', effect })),
  })
  const about = {
    type: 'Warning',
    reason: 'NodeNotReady',
    message: 'Node is not ready',
    component: 'node-controller',
  } as const
  for (const pod of store.items(pods)) {
    if (textOf(pod, 'spec.nodeName') === node.name) recordEvent(store, clock, { about: pod, ...about })
  }
  return async () => {
    putBack()
    await node.setDaemon('kubelet', true)
    node.kubelet.resume()
  }
}
