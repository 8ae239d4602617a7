import { arch } from 'node:os'
import { type NodePlan, versions } from './plan.ts'

/** Go's name of this machine's architecture. */
const architecture = arch() === 'x64' ? 'amd64' : arch()

/** A Node that is Ready. Time as RFC 3339. */
export const nodeObject = ({ name, address, podPrefix, bootId }: NodePlan, since: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    labels: {
      'beta.kubernetes.io/arch': architecture,
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': architecture,
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
    },
    annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
  },
  spec: { podCIDR: `${podPrefix}.0/24`, podCIDRs: [`${podPrefix}.0/24`] },
  status: {
    capacity: { cpu: '2', memory: '4Gi', pods: '110' },
    allocatable: { cpu: '2', memory: '4Gi', pods: '110' },
    conditions: conditions(since),
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: bootId.replaceAll('-', ''),
      systemUUID: bootId.replaceAll('-', ''),
      bootID: bootId,
      kernelVersion: '6.12.0',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: `containerd://${versions.runtime}`,
      kubeletVersion: versions.kubelet,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture,
    },
  },
})

const conditions = (since: string) =>
  [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ].map(([type, status, reason, message]) => ({
    type,
    status,
    lastHeartbeatTime: since,
    lastTransitionTime: since,
    reason,
    message,
  }))
