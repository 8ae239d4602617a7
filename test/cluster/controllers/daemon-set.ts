import * as z from 'zod/mini'
import { ApiFailure } from '../api/api-error.ts'
import { removeObject } from '../api/delete.ts'
import { isRecord, type KubeObject, manifestSchema, placeOf, textOf } from '../api/object.ts'
import { typeNamed } from '../api/resources.ts'
import { createObject, type Writing } from '../api/write.ts'
import { react } from './controller.ts'
import { recordEvent } from './event.ts'
import { isTolerated, isWanted, placementSchema } from './placement.ts'

const daemonSetSchema = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.optional(z.looseObject({ labels: z.optional(z.record(z.string(), z.string())) })),
      spec: placementSchema,
    }),
  }),
})
type DaemonSetSpec = z.infer<typeof daemonSetSchema>['spec']

const daemonSets = typeNamed('daemonsets')
const pods = typeNamed('pods')
const nodes = typeNamed('nodes')

/** Keeps one pod of each DaemonSet on every matching node whose taints it tolerates, and updates the counts. */
export function startDaemonSetController(world: Writing): () => void {
  return react(world.store, ({ resource, object }) => {
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller)
    const isAboutAll = resource === nodes
    for (const set of world.store.items(daemonSets)) {
      const isMeant = isAboutAll || (resource === daemonSets ? object.metadata.uid : owner?.uid) === set.metadata.uid
      if (isMeant && set.metadata.deletionTimestamp === undefined) reconcile(world, set)
    }
  })
}

function reconcile(world: Writing, set: KubeObject): void {
  const { spec } = daemonSetSchema.parse(set)
  const placement = { ...spec.template.spec, tolerations: tolerationsOf(spec) }
  const owned = world.store.items(pods).filter(pod => isOwned(pod, set))
  const wanted = world.store.items(nodes).filter(node => isWanted(placement, node) && isTolerated(placement, node))
  for (const node of wanted) {
    const here = owned.filter(pod => nodeOf(pod) === node.metadata.name)
    if (here.length === 0) createPod(world, { set, spec, node: node.metadata.name })
    for (const pod of here.filter(hasFailed)) removeObject(world, { type: pods, object: pod, options: background })
  }
  const names = new Set(wanted.map(({ metadata }) => metadata.name))
  for (const pod of owned) {
    const isLeft = !world.store.find(nodes, { name: nodeOf(pod) })
    if (isLeft) world.store.remove(pods, placeOf(pod))
    else if (!names.has(nodeOf(pod))) removeObject(world, { type: pods, object: pod, options: background })
  }
  count(world, set, wanted.length)
}

const background = { propagation: 'Background' } as const

const hasFailed = (pod: KubeObject) =>
  textOf(pod, 'status.phase') === 'Failed' && pod.metadata.deletionTimestamp === undefined

const isOwned = ({ metadata }: KubeObject, set: KubeObject) =>
  (metadata.ownerReferences ?? []).some(({ uid }) => uid === set.metadata.uid)

/** The node that the controller chose for a pod; it is bound there a moment later. */
function nodeOf(pod: KubeObject): string {
  const { affinity, nodeName } = placementSchema.parse(pod.spec)
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  return terms[0]?.matchFields?.[0]?.values?.[0] ?? nodeName ?? ''
}

function createPod(world: Writing, { set, spec, node }: { set: KubeObject; spec: DaemonSetSpec; node: string }): void {
  const { name, uid, namespace } = set.metadata
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid, controller: true, blockOwnerDeletion: true }
  const labels = {
    ...spec.template.metadata?.labels,
    'controller-revision-hash': '7ff858876b',
    'pod-template-generation': '1',
  }
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }]
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } }
  const manifest = manifestSchema.parse({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${name}-`, namespace, labels, ownerReferences: [owner] },
    spec: { ...spec.template.spec, affinity, tolerations: tolerationsOf(spec) },
  })
  const about = { about: set, component: 'daemonset-controller' }
  try {
    const pod = createObject(world, { type: pods, manifest })
    const message = `Created pod: ${pod.metadata.name}`
    recordEvent(world.store, world.clock, { ...about, type: 'Normal', reason: 'SuccessfulCreate', message })
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    const message = `Error creating: ${error.message}`
    recordEvent(world.store, world.clock, { ...about, type: 'Warning', reason: 'FailedCreate', message })
  }
}

/** What the controller adds for every daemon; the last one only for pods in the host's network. */
function tolerationsOf({ template }: DaemonSetSpec) {
  const added = [
    ['not-ready', 'NoExecute'],
    ['unreachable', 'NoExecute'],
    ['disk-pressure', 'NoSchedule'],
    ['memory-pressure', 'NoSchedule'],
    ['pid-pressure', 'NoSchedule'],
    ['unschedulable', 'NoSchedule'],
    ...(template.spec.hostNetwork === true ? [['network-unavailable', 'NoSchedule']] : []),
  ]
  return [
    ...(template.spec.tolerations ?? []),
    ...added.map(([key, effect]) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect })),
  ]
}

function count({ store }: Writing, set: KubeObject, desired: number): void {
  const owned = store.items(pods).filter(pod => isOwned(pod, set))
  const ready = owned.filter(isReady).length
  store.update(daemonSets, placeOf(set), current => ({
    ...current,
    status: {
      currentNumberScheduled: owned.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: desired,
      numberReady: ready,
      observedGeneration: current.metadata.generation,
      updatedNumberScheduled: owned.length,
      ...(ready > 0 ? { numberAvailable: ready } : {}),
      ...(desired > ready ? { numberUnavailable: desired - ready } : {}),
    },
  }))
}

function isReady({ status }: KubeObject): boolean {
  const conditions = isRecord(status) && Array.isArray(status.conditions) ? status.conditions : []
  return conditions.some(each => isRecord(each) && each.type === 'Ready' && each.status === 'True')
}
