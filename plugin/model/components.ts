import type { Pod } from '../cluster/pods.ts'

/** Network components that run as pods, by a name in the image or the pod's own labels. */
export const components = [
  {
    id: 'kube-proxy',
    kind: 'proxy',
    image: /kube-proxy/,
    names: ['kube-proxy'],
  },
  {
    id: 'coredns',
    kind: 'dns',
    image: /coredns|k8s-dns-kube-dns/,
    names: ['kube-dns', 'coredns'],
  },
  {
    id: 'flannel',
    kind: 'cni',
    image: /flannel/,
    names: ['flannel', 'kube-flannel-ds', 'kube-flannel', 'canal'],
  },
  {
    id: 'calico',
    kind: 'cni',
    image: /calico[/-]node|calico-node/,
    names: ['calico-node', 'canal'],
  },
  {
    id: 'cilium',
    kind: 'cni',
    // Not cilium-envoy or the operator.
    image: /cilium\/cilium(?:-ci|-dev)?(?:[:@]|$)|cilium-agent/,
    names: ['cilium'],
  },
  {
    id: 'weave',
    kind: 'cni',
    image: /weave-kube|weave-npc/,
    names: ['weave-net'],
  },
  { id: 'aws', kind: 'cni', image: /amazon-k8s-cni/, names: ['aws-node'] },
  { id: 'azure', kind: 'cni', image: /azure-cns/, names: ['azure-cns'] },
  {
    id: 'antrea',
    kind: 'cni',
    image: /antrea-agent|antrea\/antrea/,
    names: ['antrea-agent'],
  },
  { id: 'kindnet', kind: 'cni', image: /kindnetd/, names: ['kindnet'] },
  {
    id: 'kube-router',
    kind: 'cni',
    image: /kube-router/,
    names: ['kube-router'],
  },
  { id: 'kube-ovn', kind: 'cni', image: /kube-ovn/, names: ['kube-ovn-cni'] },
  {
    id: 'ovn-kubernetes',
    kind: 'cni',
    image: /ovn-kube/,
    names: ['ovnkube-node'],
  },
  {
    id: 'multus',
    kind: 'cni',
    image: /multus/,
    names: ['multus', 'kube-multus-ds'],
  },
  // Cloud controllers, whose logs show why a cloud refuses nodes, routes or addresses.
  {
    id: 'cluster-autoscaler',
    kind: 'cloud',
    image: /cluster-autoscaler|karpenter/,
    names: ['cluster-autoscaler', 'karpenter'],
  },
  {
    id: 'cloud-controller-manager',
    kind: 'cloud',
    image: /cloud-controller-manager|cloud-provider|cloud-node-manager/,
    names: ['cloud-controller-manager'],
  },
] as const

export type ComponentId = (typeof components)[number]['id']

interface Workload {
  readonly labels: Readonly<Record<string, string>>
  readonly containers: readonly { readonly image: string }[]
  /** Possible names of the workload: its own and its owner's. */
  readonly names: readonly string[]
}

/** Identifies the network component of a workload: by image, otherwise by name or well-known labels. */
export function componentOf({ labels, containers, names }: Workload): (typeof components)[number] | null {
  const known = [labels['k8s-app'], labels.app, labels['app.kubernetes.io/name'], labels.name, ...names]
  const byImage = components.find(({ image }) => containers.some(container => image.test(container.image)))
  return byImage ?? components.find(component => component.names.some(name => known.includes(name))) ?? null
}

/**
 * Ids of all CNI components whose agents run in the pod; Canal's pod has two. Controllers, which run once beside the
 * agents, are often made of the agent's image.
 */
export function cniComponentsOf(pod: Pod): readonly ComponentId[] {
  if (pod.owner && (placedAnywhere.has(pod.owner.kind) || besideAgents.test(pod.owner.name))) return []
  const held = components.filter(({ kind, image }) => kind === 'cni' && pod.specs.some(spec => image.test(spec.image)))
  const known = componentOfPod(pod)
  return held.length > 0 || known?.kind !== 'cni' ? held.map(({ id }) => id) : [known.id]
}

/** Owners that put a pod on some node, not one on each. */
const placedAnywhere = new Set(['ReplicaSet', 'StatefulSet', 'Job'])

/** DaemonSets of products that look at the network and do not make it. */
const besideAgents = /-(?:pinger|webhook|monitor|exporter|ovs-metrics)$/

/** The network component that a pod belongs to; null for any other pod. */
export const componentOfPod = (pod: Pod) =>
  componentOf({
    labels: pod.labels,
    containers: pod.specs,
    names: pod.owner ? [pod.owner.name] : [],
  })

/** Whether a pod belongs to a network component. */
export const isNetworkComponent = (pod: Pod): boolean => componentOfPod(pod) !== null
