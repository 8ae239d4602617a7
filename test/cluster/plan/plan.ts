import { createHash, randomUUID } from 'node:crypto'

/** A pod that runs from the beginning. */
export interface PlannedPod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly workload: Workload
  readonly node: string
  /** The node's own address for a pod in the host's network. */
  readonly address: string
  readonly sandboxId: string
  /** Name of the node's end of the pod's cable; null for a pod in the host's network. */
  readonly cable: string | null
}

export interface NodePlan {
  readonly name: string
  readonly address: string
  /** First three octets of the node's /24 of pod addresses, as `10.244.0`. */
  readonly podPrefix: string
  readonly bootId: string
  readonly pods: readonly PlannedPod[]
}

/** A Deployment or DaemonSet that runs from the beginning. */
export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet'
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly hostNetwork: boolean
  /** `Default` gets the node's own resolver. */
  readonly dnsPolicy: 'ClusterFirst' | 'Default'
  readonly image: string
  readonly command: readonly string[]
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: 'TCP' | 'UDP' }[]
  readonly log: readonly string[]
  /** The ConfigMap that its container mounts. */
  readonly config?: ConfigPlan
}

export interface ConfigPlan {
  readonly name: string
  /** Where the container finds it. */
  readonly path: string
  readonly data: Readonly<Record<string, string>>
}

export interface ServicePlan {
  readonly namespace: string
  readonly name: string
  readonly clusterIp: string
  readonly selector: Readonly<Record<string, string>>
  readonly ports: readonly {
    readonly name: string
    readonly protocol: 'TCP' | 'UDP'
    readonly port: number
    readonly targetPort: number
  }[]
}

/** Everything that the cluster consists of before anybody uses it; API objects, files and networks are made from it. */
export interface ClusterPlan {
  readonly nodes: readonly NodePlan[]
  readonly workloads: readonly Workload[]
  readonly services: readonly ServicePlan[]
}

export const network = {
  podRange: '10.244.0.0/16',
  gateway: '172.31.0.1',
  clusterDns: '10.96.0.10',
  bridge: 'cni0',
  name: 'podnet',
  /** As kubeadm's flannel-free bridge set-ups call it. */
  configFile: '10-podnet.conflist',
} as const

export const versions = {
  kubelet: 'v1.36.2',
  runtime: '2.1.9',
  kubeProxyImage: 'registry.k8s.io/kube-proxy:v1.36.2',
  coreDnsImage: 'registry.k8s.io/coredns/coredns:v1.14.2',
  webImage: 'docker.io/library/busybox:1.36',
} as const

/** As kubeadm writes it. */
const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`

const kubeProxy: Workload = {
  kind: 'DaemonSet',
  namespace: 'kube-system',
  name: 'kube-proxy',
  labels: { 'k8s-app': 'kube-proxy' },
  hostNetwork: true,
  dnsPolicy: 'ClusterFirst',
  image: versions.kubeProxyImage,
  command: [
    '/usr/local/bin/kube-proxy',
    '--config=/var/lib/kube-proxy/config.conf',
    '--hostname-override=$(NODE_NAME)',
  ],
  ports: [],
  config: {
    name: 'kube-proxy',
    path: '/var/lib/kube-proxy',
    data: {
      'config.conf': `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: ${network.podRange}
mode: iptables
`,
      'kubeconfig.conf': 'apiVersion: v1\nkind: Config\n',
    },
  },
  log: [
    'I1121 03:22:42.277814       1 server_linux.go:49] "Using iptables proxy"',
    'I1121 03:22:42.444067       1 shared_informer.go:409] "Caches are synced"',
    'I1121 03:22:42.450177       1 server_linux.go:137] "Using iptables Proxier"',
  ],
}

const coreDns: Workload = {
  kind: 'Deployment',
  namespace: 'kube-system',
  name: 'coredns',
  labels: { 'k8s-app': 'kube-dns' },
  hostNetwork: false,
  dnsPolicy: 'Default',
  image: versions.coreDnsImage,
  command: ['/coredns', '-conf', '/etc/coredns/Corefile'],
  config: { name: 'coredns', path: '/etc/coredns', data: { Corefile: corefile } },
  ports: [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    { name: 'metrics', port: 9153, protocol: 'TCP' },
  ],
  log: ['.:53', '[INFO] plugin/reload: Running configuration', 'CoreDNS-1.14.2', 'linux/amd64, go1.26.10, '],
}

const web: Workload = {
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  labels: { app: 'web' },
  hostNetwork: false,
  dnsPolicy: 'ClusterFirst',
  image: versions.webImage,
  command: ['httpd', '-f', '-p', '8080', '-h', '/www'],
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  log: [],
}

const services: readonly ServicePlan[] = [
  {
    namespace: 'kube-system',
    name: 'kube-dns',
    clusterIp: network.clusterDns,
    selector: coreDns.labels,
    ports: coreDns.ports.map(({ name, port, protocol }) => ({ name, protocol, port, targetPort: port })),
  },
  {
    namespace: 'shop',
    name: 'web',
    clusterIp: '10.96.17.1',
    selector: web.labels,
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }],
  },
]

/** Plans a healthy cluster of so many nodes. */
export function planCluster(count: number): ClusterPlan {
  const nodes = Array.from({ length: count }, (_, index) => planNode(index, count))
  return { nodes, workloads: [kubeProxy, coreDns, web], services }
}

function planNode(index: number, count: number): NodePlan {
  const name = `node${index + 1}`
  const address = `172.31.0.${11 + index}`
  const podPrefix = `10.244.${index}`
  const hasDns = index === 0 || index === count - 1
  const inPodNetwork = [...(hasDns ? [coreDns] : []), web]
  const pods = [
    planPod(kubeProxy, { node: name, address }),
    ...inPodNetwork.map((workload, order) => planPod(workload, { node: name, address: `${podPrefix}.${order + 2}` })),
  ]
  return { name, address, podPrefix, bootId: randomUUID(), pods }
}

function planPod(workload: Workload, { node, address }: { node: string; address: string }): PlannedPod {
  const uid = randomUUID()
  const { kind, namespace, name } = workload
  const sandboxId = createHash('sha256').update(uid).digest('hex')
  const middle = kind === 'Deployment' ? `${revisionOf(workload)}-` : ''
  return {
    namespace,
    uid,
    workload,
    node,
    address,
    sandboxId,
    name: `${name}-${middle}${letters(sandboxId)}`,
    cable: workload.hostNetwork ? null : `veth${sandboxId.slice(0, 8)}`,
  }
}

/** The hash in the name of a Deployment's ReplicaSet. */
export const revisionOf = ({ name }: Workload): string => letters(createHash('sha256').update(name).digest('hex'), 9)

const alphabet = 'bcdfghjklmnpqrst'
const letters = (hex: string, length = 5): string =>
  [...hex.slice(0, length)].map(digit => alphabet[Number.parseInt(digit, 16)]).join('')
