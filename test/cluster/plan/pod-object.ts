import type { Owner } from './objects.ts'
import type { NodePlan, PlannedPod } from './plan.ts'
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
      ...{ type, status: 'True', lastProbeTime: null, lastTransitionTime: since },
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
    ...{ namespace, name, uid, labels: { ...workload.labels, ...added } },
    ...(owner === undefined ? {} : { generateName: `${owner.name}-`, ownerReferences: [owner] }),
  }
}

const daemonLabels = { 'controller-revision-hash': '7ff858876b', 'pod-template-generation': '1' }

const specOf = ({ workload: { name, image, command, ports, hostNetwork }, node }: PlannedPod) => ({
  containers: [
    {
      ...{ name, image, command, resources: {}, imagePullPolicy: 'IfNotPresent' },
      ...(ports.length > 0
        ? { ports: ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })) }
        : {}),
    },
  ],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  nodeName: node,
  ...(hostNetwork ? { hostNetwork, priorityClassName: 'system-node-critical' } : {}),
  schedulerName: 'default-scheduler',
  tolerations: [{ operator: 'Exists' }],
})
