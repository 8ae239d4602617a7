import type { ContainerLog } from '../../plugin/cluster/component-logs.ts'
import type { DaemonSet } from '../../plugin/cluster/daemon-sets.ts'
import type { EndpointSlice } from '../../plugin/cluster/endpoint-slices.ts'
import type { ApiEvent } from '../../plugin/cluster/events.ts'
import type { ApiNode, NodeCondition } from '../../plugin/cluster/nodes.ts'
import type { ContainerState, Pod } from '../../plugin/cluster/pods.ts'
import { ok } from '../../shared/reading.ts'
import { minutesAgo } from './snapshot.ts'

/** A running pod with an address on node1, unless told otherwise. */
export const pod = (change: Partial<Pod> = {}): Pod => ({
  namespace: 'default',
  name: 'web-1',
  uid: '',
  labels: {},
  owner: null,
  node: 'node1',
  hostNetwork: false,
  phase: 'Running',
  reason: '',
  ips: ['10.244.1.2'],
  ready: true,
  createdAt: minutesAgo(60),
  deleting: false,
  containers: [container()],
  specs: [],
  ...change,
})

/** A pod that has waited ten minutes for its sandbox. */
export const waitingPod = (change: Partial<Pod> = {}): Pod =>
  pod({
    name: 'waiting',
    phase: 'Pending',
    ips: [],
    ready: false,
    createdAt: minutesAgo(10),
    containers: [container({ ready: false, state: 'waiting', reason: 'ContainerCreating' })],
    ...change,
  })

/** The pod of a DaemonSet on the host's network, by the image that it runs. */
export const daemonPod = (image: string, owner: string, change: Partial<Pod> = {}): Pod =>
  pod({
    namespace: 'kube-system',
    name: `${owner}-x`,
    owner: { kind: 'DaemonSet', name: owner },
    hostNetwork: true,
    ips: ['192.168.0.1'],
    containers: [container({ name: owner })],
    specs: [{ name: owner, image, command: [] }],
    ...change,
  })

export const container = (change: Partial<ContainerState> = {}): ContainerState => ({
  name: 'app',
  init: false,
  ready: true,
  restarts: 0,
  state: 'running',
  reason: '',
  message: '',
  exitCode: null,
  lastReason: '',
  lastExitCode: null,
  ...change,
})

/** What a pod in a crash loop changes. */
export const crashing = (name: string): Partial<Pod> => ({
  ready: false,
  containers: [container({ name, ready: false, restarts: 9, state: 'waiting', reason: 'CrashLoopBackOff' })],
})

export const daemonSet = (name: string, image: string, change: Partial<DaemonSet> = {}): DaemonSet => ({
  namespace: 'kube-system',
  name,
  labels: {},
  createdAt: minutesAgo(600),
  selector: {},
  containers: [{ name, image, command: [] }],
  nodeSelector: {},
  desired: 1,
  ready: 1,
  ...change,
})

export const apiNode = (change: Partial<ApiNode> = {}): ApiNode => ({
  name: 'node1',
  labels: {},
  annotations: {},
  createdAt: minutesAgo(600),
  podCIDRs: ['10.244.1.0/24'],
  addresses: [],
  conditions: [condition()],
  taints: [],
  os: 'linux',
  architecture: 'amd64',
  kubeletVersion: 'v1.36.0',
  runtimeVersion: 'containerd://2.1.0',
  osImage: '',
  ...change,
})

export const condition = (change: Partial<NodeCondition> = {}): NodeCondition => ({
  type: 'Ready',
  status: 'True',
  reason: 'KubeletReady',
  message: 'kubelet is posting ready status',
  since: minutesAgo(30),
  ...change,
})

/** A sandbox failure of the pod that `waitingPod` makes, a minute ago. */
export const sandboxEvent = (message: string, change: Partial<ApiEvent> = {}): ApiEvent => ({
  type: 'Warning',
  reason: 'FailedCreatePodSandBox',
  message,
  object: { kind: 'Pod', namespace: 'default', name: 'waiting', uid: '' },
  host: 'node1',
  component: 'kubelet',
  count: 3,
  firstSeen: minutesAgo(9),
  lastSeen: minutesAgo(1),
  ...change,
})

/** A slice of service `default/web` whose only endpoint is a pod of `default`. */
export const sliceOf = (podName: string): EndpointSlice => ({
  namespace: 'default',
  name: 'web-1',
  service: 'web',
  ports: [],
  endpoints: [
    { addresses: [], ready: true, node: 'node1', target: { kind: 'Pod', namespace: 'default', name: podName } },
  ],
})

export const containerLog = (name: string, text: string): ContainerLog => ({
  namespace: 'kube-system',
  pod: `${name}-x`,
  container: name,
  current: ok(text),
  previous: null,
})
