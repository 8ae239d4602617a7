import { type AgentPrivileges, agentPaths, containerName, labelsOf, objectName, type RunPlan } from './plan.ts'

/**
 * The agent's pod. It must start on a node whose pod network is broken, so it uses the host's network, tolerates every
 * taint and needs no API access. The host is mounted read-only; a release run also mounts the one folder in which it
 * releases addresses.
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

/** The container in the anchor's template, with as few privileges as possible because it is only validated. */
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

/** The agent runs for seconds on a shared node: memory matters more than speed. */
export const agentFlags = ['--max-semi-space-size=1', '--optimize-for-size', '--v8-pool-size=0'] as const

/** For images with glibc, which otherwise keeps free memory for each of the 32 reading threads. */
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
 * Reduced: packet filter rules need NET_ADMIN and NET_RAW, the kernel log SYSLOG, host programs SYS_CHROOT. Not
 * readable then: other users' files, and what belongs to single processes.
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

/** A plain read-only mount leaves submounts writable; servers before 1.30 do not know `recursiveReadOnly`. */
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

/** Virtual nodes run no DaemonSet pods. A matchFields term takes one value, so each node is a term of its own. */
function nodeTerms({ nodes }: RunPlan) {
  if (nodes === null) {
    return [{ matchExpressions: [{ key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] }] }]
  }
  return nodes.map(node => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }))
}
