import { type Clock, rfc3339 } from '../api/clock.ts'
import { isRecord, type KubeObject, placeOf, textOf } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import type { Store } from '../api/store.ts'
import { react } from './controller.ts'
import { recordEvent } from './event.ts'
import { isTolerated, isWanted, placementSchema } from './placement.ts'

interface World {
  readonly store: Store
  readonly clock: Clock
}

const pods = typeNamed('pods')
const nodes = typeNamed('nodes')

/** Binds pods to the first node that matches and whose taints they tolerate; resources are ignored. */
export function startScheduler(world: World): () => void {
  return react(world.store, ({ resource, type, object }) => {
    if (resource === pods && type === 'ADDED') schedule(world, object)
    else if (resource === nodes) for (const pod of world.store.items(pods)) schedule(world, pod)
  })
}

function schedule({ store, clock }: World, { metadata, spec }: KubeObject): void {
  const pod = store.find(pods, { namespace: metadata.namespace, name: metadata.name })
  if (!pod || textOf(pod, 'spec.nodeName') !== '' || pod.metadata.deletionTimestamp !== undefined) return
  const placement = placementSchema.parse(spec)
  const all = store.items(nodes)
  const node = all.find(each => isWanted(placement, each) && isTolerated(placement, each))
  const condition = { type: 'PodScheduled', lastProbeTime: null, lastTransitionTime: rfc3339(clock.now()) }
  const about = { about: pod, component: 'default-scheduler' }
  if (!node) {
    const message = `0/${all.length} nodes are available: ${all.length} node(s) didn't match Pod's node affinity/selector or had untolerated taints.`
    const refusal = { ...condition, status: 'False', reason: 'Unschedulable', message }
    store.replace(pods, { ...pod, status: { ...recordOf(pod.status), conditions: [refusal] } })
    recordEvent(store, clock, { ...about, type: 'Warning', reason: 'FailedScheduling', message })
    return
  }
  const { name } = node.metadata
  const bound = { ...pod, spec: { ...recordOf(pod.spec), nodeName: name } }
  store.replace(pods, { ...bound, status: { ...recordOf(pod.status), conditions: [{ ...condition, status: 'True' }] } })
  const { namespace, name: podName } = placeOf(pod)
  const message = `Successfully assigned ${namespace}/${podName} to ${name}`
  recordEvent(store, clock, { ...about, type: 'Normal', reason: 'Scheduled', message })
}

const recordOf = (value: unknown) => (isRecord(value) ? value : {})
