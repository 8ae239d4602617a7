import { network, type PlannedPod, type ServicePlan } from './plan.ts'

const common = {
  sessionAffinity: 'None',
  ipFamilies: ['IPv4'],
  ipFamilyPolicy: 'SingleStack',
  internalTrafficPolicy: 'Cluster',
  type: 'ClusterIP',
}

export const service = ({ namespace, name, clusterIp, selector, ports }: ServicePlan) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name, labels: selector },
  spec: { ports, selector, clusterIP: clusterIp, clusterIPs: [clusterIp], ...common },
  status: { loadBalancer: {} },
})

/** The endpoints of a service: its pods, wherever they run. */
export const endpointSlice = (planned: ServicePlan, uid: string, pods: readonly PlannedPod[]) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    namespace: planned.namespace,
    name: `${planned.name}-xswvp`,
    labels: {
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': planned.name,
    },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Service', name: planned.name, uid, controller: true, blockOwnerDeletion: true },
    ],
  },
  addressType: 'IPv4',
  endpoints: selected(planned, pods).map(({ namespace, name, uid, address, node }) => ({
    addresses: [address],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName: node,
  })),
  ports: planned.ports.map(({ name, protocol, targetPort }) => ({ name, protocol, port: targetPort })),
})

/** Pods that a service selects. */
export const selected = ({ namespace, selector }: ServicePlan, pods: readonly PlannedPod[]): readonly PlannedPod[] =>
  pods.filter(
    ({ workload }) =>
      workload.namespace === namespace &&
      Object.entries(selector).every(([key, value]) => workload.labels[key] === value),
  )

const apiServerPort = 6443

export const kubernetesService = () => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'default', name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: apiServerPort }],
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    ...common,
  },
  status: { loadBalancer: {} },
})

export const kubernetesEndpoints = () => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'default', name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [network.gateway], conditions: { ready: true } }],
  ports: [{ name: 'https', protocol: 'TCP', port: apiServerPort }],
})
