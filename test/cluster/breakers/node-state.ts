import { rfc3339 } from '../api/clock.ts'
import { isRecord, type KubeObject } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import type { Surroundings } from './breaker.ts'

const nodes = typeNamed('nodes')

interface Condition {
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

interface Taint {
  readonly key: string
  readonly effect: string
}

/** Sets conditions and taints of a node. Returns a function that restores the previous ones. */
export function setNodeState(
  { api: { store, clock } }: Surroundings,
  node: string,
  { conditions, taints }: { conditions: Readonly<Record<string, Condition>>; taints: readonly Taint[] },
): () => void {
  const before = store.get(nodes, { name: node })
  const now = rfc3339(clock.now())
  store.replace(nodes, {
    ...before,
    spec: { ...recordOf(before.spec), taints: taints.map(taint => ({ ...taint, timeAdded: now })) },
    status: {
      ...recordOf(before.status),
      conditions: conditionsOf(before).map(condition => ({
        ...condition,
        ...(conditions[String(condition.type)]
          ? { ...conditions[String(condition.type)], lastTransitionTime: now }
          : {}),
      })),
    },
  })
  return () => {
    const { spec, status } = before
    store.update(nodes, { name: node }, current => ({ ...current, spec, status }))
  }
}

/** What the kubelet says while the runtime has no network. */
export const networkNotReady =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

/** The state of a node whose runtime has no network. */
export const withoutNetwork = {
  conditions: { Ready: { status: 'False', reason: 'KubeletNotReady', message: networkNotReady } },
  taints: [
    { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
  ],
} as const

const recordOf = (value: unknown) => (isRecord(value) ? value : {})

function conditionsOf({ status }: KubeObject) {
  const { conditions } = recordOf(status)
  return Array.isArray(conditions) ? conditions.filter(isRecord) : []
}
