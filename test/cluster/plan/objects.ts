import { randomUUID } from 'node:crypto'
import { rfc3339 } from '../api/clock.ts'
import { type Manifest, manifestSchema } from '../api/object.ts'
import { typeNamed, typeOfKind } from '../api/resources.ts'
import type { Store } from '../api/store.ts'
import { nodeObject } from './node-object.ts'
import type { ClusterPlan, PlannedPod, ServicePlan, Workload } from './plan.ts'
import { revisionOf } from './plan.ts'
import { mountsOf, runningPod, volumesOf } from './pod-object.ts'
import { endpointSlice, kubernetesEndpoints, kubernetesService, service } from './service-objects.ts'

/** Puts the API objects of a plan into the store, as if the cluster had run for an hour. */
export function seed(store: Store, plan: ClusterPlan, now: number): void {
  const created = rfc3339(now - 3_600_000)
  const add = (manifest: object): Manifest => {
    const parsed = manifestSchema.parse(manifest)
    const type = typeOfKind(parsed.apiVersion, parsed.kind)
    if (!type) throw new Error(`no type for ${parsed.kind}`)
    const metadata = { creationTimestamp: created, ...parsed.metadata }
    return store.create(type, { ...parsed, metadata })
  }
  for (const namespace of new Set(plan.workloads.map(workload => workload.namespace))) {
    if (!store.find(typeNamed('namespaces'), { name: namespace }))
      add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, status: { phase: 'Active' } })
  }
  for (const { namespace, config } of plan.workloads) {
    if (config)
      add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: config.name }, data: config.data })
  }
  for (const node of plan.nodes) add(nodeObject(node, created))
  const owners = new Map(plan.workloads.map(workload => [workload, ownerOf(workload)]))
  for (const [workload, owner] of owners) for (const object of workloadObjects(workload, { owner, plan })) add(object)
  const pods = plan.nodes.flatMap(node => node.pods.map(pod => ({ node, pod })))
  for (const { node, pod } of pods) add(runningPod(pod, { node, owner: owners.get(pod.workload), since: created }))
  for (const each of plan.services)
    addService(
      add,
      each,
      pods.map(({ pod }) => pod),
    )
  add(kubernetesService())
  add(kubernetesEndpoints())
}

function addService(add: (manifest: object) => Manifest, planned: ServicePlan, pods: readonly PlannedPod[]): void {
  const { metadata } = add(service(planned))
  add(endpointSlice(planned, metadata.uid ?? '', pods))
}

/** What owns the pods of a workload. */
export interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller: true
  readonly blockOwnerDeletion: true
}

function ownerOf(workload: Workload): Owner {
  const { kind, name } = workload
  const isDirect = kind === 'DaemonSet'
  return {
    apiVersion: 'apps/v1',
    kind: isDirect ? kind : 'ReplicaSet',
    name: isDirect ? name : `${name}-${revisionOf(workload)}`,
    uid: randomUUID(),
    controller: true,
    blockOwnerDeletion: true,
  }
}

function workloadObjects(workload: Workload, { owner, plan }: { owner: Owner; plan: ClusterPlan }): object[] {
  const { kind, namespace, name, labels } = workload
  const pods = plan.nodes.flatMap(node => node.pods).filter(pod => pod.workload === workload)
  const spec = { selector: { matchLabels: labels }, template: templateOf(workload) }
  if (kind === 'DaemonSet') {
    const metadata = { namespace, name, uid: owner.uid, labels }
    return [{ apiVersion: 'apps/v1', kind, metadata, spec }]
  }
  const count = pods.length
  const status = { replicas: count, readyReplicas: count, availableReplicas: count, observedGeneration: 1 }
  const uid = randomUUID()
  const parent = { ...owner, kind: 'Deployment', name, uid }
  const object = (kind: string, metadata: object) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { namespace, labels, ...metadata },
    spec: { replicas: count, ...spec },
    status,
  })
  return [
    object('Deployment', { name, uid }),
    object('ReplicaSet', { name: owner.name, uid: owner.uid, ownerReferences: [parent] }),
  ]
}

const templateOf = (workload: Workload) => ({
  metadata: { labels: workload.labels },
  spec: {
    ...volumesOf(workload),
    containers: [
      { name: workload.name, image: workload.image, command: workload.command, resources: {}, ...mountsOf(workload) },
    ],
    dnsPolicy: workload.dnsPolicy,
    ...(workload.hostNetwork ? { hostNetwork: true } : {}),
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ operator: 'Exists' }],
  },
})
