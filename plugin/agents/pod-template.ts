import { type AgentPrivileges, agentPaths, containerName, labelsOf, objectName, type RunPlan } from './plan.ts'

/**
 * The agent's pod. It must start on a node whose pod network is broken, so it lives in the host's network, tolerates
 * everything, and needs nothing of the API. The host is mounted read-only; a release run has the one folder more in
 * which it gives addresses back.
 */
export const podTemplate = (plan: RunPlan) => ({
  metadata: { labels: labelsOf(plan.runId) },
  spec: {
    hostNetwork: true,
    hostPID: true,
    dnsPolicy: 'Default',
    tolerations: [{ operator: 'Exists' }],
    priorityClassName: 'system-node-critical',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: nodeTerms(plan) } },
    },
    ...(plan.pullSecrets.length > 0 ? { imagePullSecrets: plan.pullSecrets.map(name => ({ name })) } : {}),
    containers: [agentContainer(plan)],
    volumes: [
      { name: 'host', hostPath: { path: '/', type: '' } },
      ...(plan.release ? [{ name: 'store', hostPath: { path: plan.release.dataDir, type: 'Directory' } }] : []),
      { name: 'agent', configMap: { name: objectName(plan.runId) } },
      { name: 'token', secret: { secretName: objectName(plan.runId), defaultMode: 0o400 } },
    ],
  },
})

/** The container of the anchor's template: as harmless as can be, for it is only looked at. */
export const restrictedContainer = (image: string) => ({
  name: 'anchor',
  image,
  command: ['node', '-e', ''],
  resources: smallResources,
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    runAsUser: 65534,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
})

/** It works for seconds and shares the node: memory comes before speed. */
export const agentFlags = ['--max-semi-space-size=1', '--optimize-for-size', '--v8-pool-size=0'] as const

/** Of images with glibc, which else keeps free memory apart for each of the 32 threads that read files. */
export const agentEnvironment = { MALLOC_ARENA_MAX: '1' } as const

const agentContainer = (plan: RunPlan) => ({
  name: containerName,
  image: plan.image,
  imagePullPolicy: 'IfNotPresent',
  command: ['node', ...agentFlags, '-e', plan.bootstrap],
  env: [
    { name: 'NETCHECK_NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'NETCHECK_TOKEN_FILE', value: `${agentPaths.tokenFolder}/${agentPaths.tokenFile}` },
    { name: 'NETCHECK_HOST_ROOT', value: agentPaths.host },
    { name: 'NETCHECK_UNTIL', value: plan.until },
    { name: 'NETCHECK_IDLE_SECONDS', value: String(plan.ttlSeconds) },
    ...(plan.release ? [{ name: 'NETCHECK_RELEASE_FOLDER', value: agentPaths.store }] : []),
    ...Object.entries(agentEnvironment).map(([name, value]) => ({ name, value })),
  ],
  resources: smallResources,
  securityContext: securityContexts[plan.privileges],
  terminationMessagePolicy: 'FallbackToLogsOnError',
  volumeMounts: [
    hostMount(plan.serverVersion),
    ...(plan.release ? [{ name: 'store', mountPath: agentPaths.store, readOnly: !plan.release.isWritable }] : []),
    { name: 'agent', mountPath: agentPaths.bundleFolder, readOnly: true },
    { name: 'token', mountPath: agentPaths.tokenFolder, readOnly: true },
  ],
})

/**
 * Reduced: rules of the packet filter take NET_ADMIN and NET_RAW, the kernel's log takes SYSLOG, programs of the host
 * take SYS_CHROOT. What stays unread: other users' files and what belongs to single processes.
 */
const securityContexts: Readonly<Record<AgentPrivileges, object>> = {
  full: { privileged: true, readOnlyRootFilesystem: true, runAsUser: 0 },
  reduced: {
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsUser: 0,
    capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW', 'SYSLOG', 'SYS_CHROOT'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
}

const smallResources = { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '1', memory: '192Mi' } }

/** A plain read-only mount leaves the mounts below it writable; servers before 1.30 do not know the cure. */
const hostMount = (serverVersion: string) => ({
  name: 'host',
  mountPath: agentPaths.host,
  readOnly: true,
  mountPropagation: 'None',
  ...(knowsRecursiveReadOnly(serverVersion) ? { recursiveReadOnly: 'IfPossible' } : {}),
})

function knowsRecursiveReadOnly(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 30)
}

/** Virtual nodes run no pods of a DaemonSet. A node is named by a field, which takes one value per term. */
function nodeTerms({ nodes }: RunPlan) {
  if (nodes === null) {
    return [{ matchExpressions: [{ key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] }] }]
  }
  return nodes.map(node => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }))
}
