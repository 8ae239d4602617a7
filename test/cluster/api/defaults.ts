import { mergePatch } from './merge.ts'
import { fieldOf, isRecord, type KubeObject, objectSchema } from './object.ts'
import type { ResourceType } from './resources.ts'

/** Applies the defaults of an object's type, as far as netcheck or the tests need them. */
export function completed(type: ResourceType, object: KubeObject): KubeObject {
  const added = defaults[type.plural]?.(object) ?? {}
  const counted = isRecord(object.spec) && type.plural !== 'nodes' ? { metadata: { generation: 1 } } : {}
  const prepared = type.plural === 'secrets' ? withoutStringData(object) : object
  return objectSchema.parse(withContainerDefaults(mergePatch(mergePatch(added, counted), prepared)))
}

const podDefaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
}

const defaults: Readonly<Record<string, (object: KubeObject) => Record<string, unknown>>> = {
  pods: () => ({
    spec: { ...podDefaults, serviceAccountName: 'default', enableServiceLinks: true },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  }),
  secrets: () => ({ type: 'Opaque' }),
  jobs: ({ metadata: { name, uid } }) => ({
    metadata: { labels: jobLabels(name, uid) },
    spec: {
      parallelism: 1,
      backoffLimit: 6,
      suspend: false,
      manualSelector: false,
      completionMode: 'NonIndexed',
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { metadata: { labels: jobLabels(name, uid) }, spec: podDefaults },
    },
    status: {},
  }),
  daemonsets: () => ({
    metadata: { annotations: { 'deprecated.daemonset.template.generation': '1' } },
    spec: { revisionHistoryLimit: 10, template: { spec: podDefaults } },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  }),
  namespaces: ({ metadata: { name } }) => ({
    metadata: { labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }),
}

const jobLabels = (name: string, uid: string) => ({
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': name,
  'controller-uid': uid,
  'job-name': name,
})

const containerDefaults = {
  imagePullPolicy: 'IfNotPresent',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
}

/** Applies container defaults to a pod or a pod template. */
function withContainerDefaults(object: unknown): unknown {
  const path = fieldOf(object, 'spec.template.spec.containers') === undefined ? 'spec' : 'spec.template.spec'
  const containers = fieldOf(object, `${path}.containers`)
  if (!Array.isArray(containers)) return object
  const complete = { containers: containers.map(container => ({ ...containerDefaults, ...container })) }
  return mergePatch(object, path === 'spec' ? { spec: complete } : { spec: { template: { spec: complete } } })
}

/** `stringData` is only for writing: it comes back as base64 in `data`. */
function withoutStringData(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object
  if (!isRecord(stringData)) return object
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')])
  const data = fieldOf(object, 'data')
  return { ...rest, data: { ...(isRecord(data) ? data : {}), ...Object.fromEntries(encoded) } }
}
