import type { ContainerLog } from '../../plugin/cluster/component-logs.ts'
import type { ConfigMap } from '../../plugin/cluster/config-maps.ts'
import type { DaemonSet } from '../../plugin/cluster/daemon-sets.ts'
import type { Deployment } from '../../plugin/cluster/deployments.ts'
import type { ApiEvent } from '../../plugin/cluster/events.ts'
import type { Namespace } from '../../plugin/cluster/namespaces.ts'
import type { NetworkPolicy } from '../../plugin/cluster/network-policies.ts'
import type { ApiNode, NodeCondition } from '../../plugin/cluster/nodes.ts'
import type { ContainerState, Pod, PodCondition } from '../../plugin/cluster/pods.ts'
import type { ContainerSpec, Probe } from '../../plugin/kube/container-spec.ts'
import type { LabelSelector } from '../../plugin/kube/label-selector.ts'
import type { PodSpec } from '../../plugin/kube/pod-spec.ts'
import type { Volume } from '../../plugin/kube/volume.ts'
import { ok } from '../../shared/reading.ts'
import { minutesAgo } from './snapshot.ts'

export { dnsService, endpoint, endpointsOf, service, servicePort, slice, sliceOf } from './service-objects.ts'

const podSpec: PodSpec = {
  hostNetwork: false,
  serviceAccount: 'default',
  dnsPolicy: 'ClusterFirst',
  dnsConfig: null,
  volumes: [],
  initSpecs: [],
}

/** A running pod with an address on node1, unless told otherwise. */
export const pod = (change: Partial<Pod> = {}): Pod => ({
  namespace: 'default',
  name: 'web-1',
  uid: '',
  labels: {},
  annotations: {},
  owner: null,
  finalizers: [],
  node: 'node1',
  ...podSpec,
  phase: 'Running',
  reason: '',
  ips: ['10.244.1.2'],
  ready: true,
  createdAt: minutesAgo(60),
  startTime: minutesAgo(60),
  deleting: false,
  deletionTime: null,
  conditions: [],
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
    specs: [containerSpec({ name: owner, image })],
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
  lastMessage: '',
  lastFinishedAt: null,
  startedAt: minutesAgo(60),
  containerId: '',
  ...change,
})

export const podCondition = (type: string, change: Partial<PodCondition> = {}): PodCondition => ({
  type,
  status: 'False',
  reason: '',
  message: '',
  since: minutesAgo(10),
  ...change,
})

/** A container's spec without ports, probes, mounts and limits, unless told otherwise. */
export const containerSpec = (change: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name: 'app',
  image: '',
  command: [],
  ports: [],
  readiness: null,
  liveness: null,
  startup: null,
  env: {},
  mounts: [],
  memoryLimit: null,
  allowPrivilegeEscalation: null,
  runAsUser: null,
  addedCapabilities: [],
  droppedCapabilities: [],
  ...change,
})

/** One of a container's ports; a number alone is TCP without a name. */
export const containerPort = (
  containerPort: number,
  change: Partial<ContainerSpec['ports'][number]> = {},
): ContainerSpec['ports'][number] => ({ name: '', containerPort, hostPort: null, protocol: 'TCP', ...change })

export const httpProbe = (port: number | string, path = '/'): Probe => ({
  kind: 'http',
  path,
  port,
  host: '',
  command: [],
})

/** A volume of every key of a ConfigMap. */
export const configVolume = (name: string, configMapName = name): Volume => ({
  name,
  configMap: { name: configMapName, optional: false, items: null },
  hostPath: null,
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
  podLabels: {},
  containers: [containerSpec({ name, image })],
  nodeSelector: {},
  ...podSpec,
  desired: 1,
  ready: 1,
  updated: 1,
  ...change,
})

export const deployment = (name: string, image: string, change: Partial<Deployment> = {}): Deployment => ({
  namespace: 'kube-system',
  name,
  labels: {},
  createdAt: minutesAgo(600),
  selector: {},
  podLabels: {},
  containers: [containerSpec({ name, image })],
  nodeSelector: {},
  ...podSpec,
  desired: 1,
  ready: 1,
  available: 1,
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
  kernelVersion: '6.1.0',
  unschedulable: false,
  providerId: null,
  deleting: false,
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

export const namespace = (name: string, labels: Readonly<Record<string, string>> = {}): Namespace => ({
  name,
  labels: { 'kubernetes.io/metadata.name': name, ...labels },
  annotations: {},
  deleting: false,
})

/** A selector by plain labels; without any it matches everything. */
export const matching = (labels: Readonly<Record<string, string>> = {}): LabelSelector => ({
  matchLabels: labels,
  matchExpressions: [],
})

/** Policy `default/policy` that isolates all pods of its namespace for ingress and allows nothing. */
export const policy = (change: Partial<NetworkPolicy> = {}): NetworkPolicy => ({
  namespace: 'default',
  name: 'policy',
  createdAt: minutesAgo(60),
  podSelector: matching(),
  types: ['Ingress'],
  ingress: [],
  egress: [],
  ...change,
})

export const containerLog = (name: string, text: string): ContainerLog => ({
  namespace: 'kube-system',
  pod: `${name}-x`,
  container: name,
  current: ok(text),
  previous: null,
})

/** A ConfigMap of kube-system that was read. */
export const configMap = (
  name: string,
  data: Readonly<Record<string, string>>,
  change: Partial<ConfigMap> = {},
): ConfigMap => ({ namespace: 'kube-system', name, data: ok(data), ...change })
