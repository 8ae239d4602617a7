import type { Endpoint, EndpointSlice } from '../../plugin/cluster/endpoint-slices.ts'
import type { Endpoints } from '../../plugin/cluster/endpoints.ts'
import type { Service, ServicePort } from '../../plugin/cluster/services.ts'
import { minutesAgo } from './snapshot.ts'

/** Service `default/web` of port 80 on 10.96.0.20 for pods of `app=web`, unless told otherwise. */
export const service = (change: Partial<Service> = {}): Service => ({
  namespace: 'default',
  name: 'web',
  uid: '',
  labels: {},
  annotations: {},
  createdAt: minutesAgo(600),
  deleting: false,
  type: 'ClusterIP',
  selector: { app: 'web' },
  ports: [servicePort(80)],
  clusterIPs: ['10.96.0.20'],
  headless: false,
  externalIPs: [],
  externalName: null,
  ipFamilies: ['IPv4'],
  ipFamilyPolicy: 'SingleStack',
  externalTrafficPolicy: 'Cluster',
  internalTrafficPolicy: 'Cluster',
  sessionAffinity: { type: 'None', timeout: null },
  loadBalancerSourceRanges: [],
  loadBalancerClass: null,
  ingress: [],
  allocateLoadBalancerNodePorts: true,
  healthCheckNodePort: null,
  publishNotReadyAddresses: false,
  trafficDistribution: null,
  ...change,
})

/** A TCP port without a name that leads to the same port of the pods. */
export const servicePort = (port: number, change: Partial<ServicePort> = {}): ServicePort => ({
  name: '',
  protocol: 'TCP',
  port,
  targetPort: port,
  nodePort: null,
  appProtocol: null,
  ...change,
})

/** The `kube-dns` service as kubeadm makes it. */
export const dnsService = (change: Partial<Service> = {}): Service =>
  service({
    namespace: 'kube-system',
    name: 'kube-dns',
    labels: { 'k8s-app': 'kube-dns' },
    selector: { 'k8s-app': 'kube-dns' },
    clusterIPs: ['10.96.0.10'],
    ports: [
      servicePort(53, { name: 'dns', protocol: 'UDP' }),
      servicePort(53, { name: 'dns-tcp' }),
      servicePort(9153, { name: 'metrics' }),
    ],
    ...change,
  })

/** A slice of service `default/web` with port 80 and one ready endpoint, kept by the controller. */
export const slice = (change: Partial<EndpointSlice> = {}): EndpointSlice => ({
  namespace: 'default',
  name: `${change.service ?? 'web'}-1`,
  labels: {},
  service: 'web',
  managedBy: 'endpointslice-controller.k8s.io',
  addressType: 'IPv4',
  changedAt: minutesAgo(600),
  ports: [{ name: '', port: 80, protocol: 'TCP' }],
  endpoints: [endpoint()],
  ...change,
})

/** A ready endpoint that is the pod `default/web-1` on node1. */
export const endpoint = (change: Partial<Endpoint> = {}): Endpoint => ({
  addresses: ['10.244.1.2'],
  ready: true,
  serving: change.ready ?? true,
  terminating: false,
  hostname: null,
  node: 'node1',
  zone: null,
  hintZones: [],
  hintNodes: [],
  target: { kind: 'Pod', namespace: 'default', name: 'web-1' },
  ...change,
})

/** A slice of service `default/web` whose only endpoint is a pod of `default`. */
export const sliceOf = (podName: string): EndpointSlice =>
  slice({
    ports: [],
    endpoints: [endpoint({ addresses: [], target: { kind: 'Pod', namespace: 'default', name: podName } })],
  })

/** Endpoints of `default/web` that somebody keeps by hand: these addresses, ready on port 80. */
export const endpointsOf = (ips: readonly string[], change: Partial<Endpoints> = {}): Endpoints => ({
  namespace: 'default',
  name: 'web',
  labels: {},
  annotations: {},
  subsets: [
    {
      ready: ips.map(ip => ({ ip, node: null, target: null })),
      notReady: [],
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    },
  ],
  ...change,
})
