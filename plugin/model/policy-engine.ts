import type { ApiNode } from '../cluster/nodes.ts'
import type { Pod } from '../cluster/pods.ts'

type ContainerSpec = Pod['specs'][number]

/** A program that enforces NetworkPolicies. */
interface Enforcer {
  readonly name: string
  readonly image: RegExp
  /** Told off by its command line; without this it enforces. */
  readonly isOn?: (container: ContainerSpec) => boolean
}

/** A program found in the cluster that enforces policies. */
export interface PolicyEngine {
  readonly name: string
  /** Of its image; empty where the tag tells none. */
  readonly version: string
}

/** kindnet enforces since its releases of August 2024. */
const kindnetSince = 20_240_813

const hasFlag = (container: ContainerSpec, flag: RegExp): boolean => container.command.some(word => flag.test(word))

/** By the documentation of each product. Canal is flannel with the agent of Calico. */
const enforcers: readonly Enforcer[] = [
  { name: 'Cilium', image: /cilium\/cilium|gke.*\/cilium|cilium-agent/ },
  { name: 'Calico', image: /calico[/-]node|calico-node|tigera.*cnx-node/ },
  { name: 'Antrea', image: /antrea/ },
  { name: 'Weave Net', image: /weave-npc/ },
  { name: 'kube-router', image: /kube-router/, isOn: spec => !hasFlag(spec, /^--run-firewall=false$/) },
  { name: 'OVN-Kubernetes', image: /ovn-kube|ovnkube/ },
  { name: 'Kube-OVN', image: /kube-ovn/ },
  {
    name: 'the AWS network policy agent',
    image: /aws-network-policy-agent/,
    isOn: spec => hasFlag(spec, /^--enable-network-policy=true$/),
  },
  { name: 'Azure NPM', image: /azure-npm/ },
  { name: 'kube-network-policies', image: /kube-network-policies/ },
  {
    name: 'kindnet',
    image: /kindnetd/,
    isOn: ({ image }) => Number(/:v(\d{8})/.exec(image)?.[1] ?? kindnetSince) >= kindnetSince,
  },
  { name: 'OpenShift SDN', image: /openshift-sdn|ose-sdn/ },
  { name: 'Terway', image: /\/terway/ },
  { name: 'NSX', image: /nsx-(?:node-agent|ncp)/ },
  { name: 'Romana', image: /romana-agent/ },
]

/** Every program in the cluster that enforces policies, by its containers; k3s holds one inside. */
export function policyEngines(pods: readonly Pod[], nodes: readonly ApiNode[]): readonly PolicyEngine[] {
  const containers = pods.flatMap(({ specs }) => specs)
  const found = enforcers.flatMap(({ name, image, isOn }) => {
    const container = containers.find(spec => image.test(spec.image) && (isOn?.(spec) ?? true))
    return container ? [{ name, version: versionOf(container.image) }] : []
  })
  const embedded = nodes.find(({ kubeletVersion }) => kubeletVersion.includes('+k3s'))
  return embedded ? [...found, { name: 'k3s', version: embedded.kubeletVersion }] : found
}

const versionOf = (image: string): string => /:v?(\d+\.\d+(?:\.\d+)?)/.exec(image)?.[1] ?? ''
