import type { Owner } from './objects.ts'
import type { NodePlan, PlannedPod, Workload } from './plan.ts'
import { revisionOf } from './plan.ts'

interface Context {
  readonly node: NodePlan
  readonly owner: Owner | undefined
  /** RFC 3339. */
  readonly since: string
}

/** A pod as the kubelet keeps it while it runs. */
export const runningPod = (pod: PlannedPod, { node, owner, since }: Context) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadataOf(pod, owner),
  spec: specOf(pod),
  status: {
    phase: 'Running',
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(type => ({
      type,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: since,
    })),
    hostIP: node.address,
    hostIPs: [{ ip: node.address }],
    podIP: pod.address,
    podIPs: [{ ip: pod.address }],
    startTime: since,
    qosClass: 'BestEffort',
    containerStatuses: [
      {
        name: pod.workload.name,
        state: { running: { startedAt: since } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image: pod.workload.image,
        imageID: `sha256:${pod.sandboxId}`,
        containerID: `containerd://${pod.sandboxId}`,
        started: true,
      },
    ],
  },
})

function metadataOf(pod: PlannedPod, owner: Owner | undefined) {
  const { namespace, name, uid, workload } = pod
  const added = workload.kind === 'Deployment' ? { 'pod-template-hash': revisionOf(workload) } : daemonLabels
  return {
    namespace,
    name,
    uid,
    labels: { ...workload.labels, ...added },
    ...(owner === undefined ? {} : { generateName: `${owner.name}-`, ownerReferences: [owner] }),
  }
}

const daemonLabels = { 'controller-revision-hash': '7ff858876b', 'pod-template-generation': '1' }

/** The volume of a workload's ConfigMap. */
export const volumesOf = ({ config }: Workload) =>
  config ? { volumes: [{ name: 'config', configMap: { name: config.name } }] } : {}

/** Where its container has that volume. */
export const mountsOf = ({ config }: Workload) =>
  config ? { volumeMounts: [{ name: 'config', mountPath: config.path }] } : {}

const specOf = ({ workload, node }: PlannedPod) => ({
  ...volumesOf(workload),
  containers: [
    {
      name: workload.name,
      image: workload.image,
      command: workload.command,
      resources: {},
      imagePullPolicy: 'IfNotPresent',
      ...mountsOf(workload),
      ...(workload.ports.length > 0
        ? { ports: workload.ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })) }
        : {}),
    },
  ],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: workload.dnsPolicy,
  serviceAccountName: 'default',
  nodeName: node,
  ...(workload.hostNetwork ? { hostNetwork: true, priorityClassName: 'system-node-critical' } : {}),
  schedulerName: 'default-scheduler',
  tolerations: [{ operator: 'Exists' }],
})
