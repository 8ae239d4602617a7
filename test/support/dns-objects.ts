import type { ContainerLog } from '../../plugin/cluster/component-logs.ts'
import type { Pod } from '../../plugin/cluster/pods.ts'
import type { Resolver } from '../../shared/formats/resolv-conf.ts'
import type { Kubelet } from '../../shared/node/kubelet.ts'
import type { ResolvConf } from '../../shared/node/resolv-conf.ts'
import { ok, type Reading, unavailable } from '../../shared/reading.ts'
import { configMap, configVolume, container, containerSpec, crashing, dnsService, pod, slice } from './api-objects.ts'
import { type GivenCluster, snapshot } from './snapshot.ts'

/** Corefile of kubeadm, in short. */
export const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
}
`

/** A ready pod of CoreDNS 1.11.1 on node1 that mounts ConfigMap `coredns`. */
export const coreDnsPod = (change: Partial<Pod> = {}, image = 'coredns:v1.11.1'): Pod =>
  pod({
    namespace: 'kube-system',
    name: 'coredns-x',
    uid: 'dns',
    ips: ['10.244.1.9'],
    dnsPolicy: 'Default',
    labels: { 'k8s-app': 'kube-dns' },
    owner: { kind: 'ReplicaSet', name: 'coredns-5dd57' },
    serviceAccount: 'coredns',
    volumes: [configVolume('config', 'coredns')],
    containers: [container({ name: 'coredns' })],
    specs: [
      containerSpec({
        name: 'coredns',
        image,
        command: ['-conf', '/etc/coredns/Corefile'],
        mounts: [{ volume: 'config', path: '/etc/coredns', subPath: '' }],
        memoryLimit: '170Mi',
      }),
    ],
    ...change,
  })

/** As `coreDnsPod`, in a crash loop. */
export const brokenDnsPod = (change: Partial<Pod> = {}, image?: string): Pod =>
  coreDnsPod({ ...crashing('coredns'), ...change }, image)

/** As `coreDnsPod`, running and never ready. */
export const unreadyDnsPod = (change: Partial<Pod> = {}, image?: string): Pod =>
  coreDnsPod({ ready: false, containers: [container({ name: 'coredns', ready: false })], ...change }, image)

const dnsLog = (text: string): ContainerLog => ({
  namespace: 'kube-system',
  pod: 'coredns-x',
  container: 'coredns',
  current: ok(text),
  previous: null,
})

interface GivenDns {
  readonly pods: readonly Pod[]
  readonly text?: string
  /** Log of the pod `coredns-x`. */
  readonly log?: string
  readonly cluster?: GivenCluster
  /** What the kubelet of node1 gives to pods; without it node1 was not read. */
  readonly resolver?: Partial<Resolver>
}

/** A cluster of node1 with the service `kube-dns`, these pods and this Corefile. */
export const dnsSnapshot = ({ pods, text = corefile, log, cluster, resolver }: GivenDns) =>
  snapshot({
    cluster: {
      pods,
      services: [dnsService()],
      deployments: [],
      endpointSlices: [slice({ namespace: 'kube-system', service: 'kube-dns', endpoints: [] })],
      configMaps: [configMap('coredns', { Corefile: text })],
      ...(log === undefined ? {} : { componentLogs: [dnsLog(log)] }),
      ...cluster,
    },
    nodes: resolver ? { node1: { kubelet: kubelet(), resolvConf: resolvConf(resolver) } } : {},
  })

/** The resolver file of a host; a name server unless told otherwise. */
export const resolvConf = (content: Partial<Resolver> | null, path = '/etc/resolv.conf'): ResolvConf => ({
  files: [{ path, target: content ? path : null, content: contentOf(content) }],
})

const contentOf = (content: Partial<Resolver> | null): Reading<Resolver> =>
  content
    ? ok({ nameservers: ['192.0.2.53'], search: [], options: [], ...content })
    : unavailable('missing', 'the file does not exist')

/** A kubelet whose file says this of DNS. */
export const kubelet = (
  settings: {
    readonly clusterDNS?: string[]
    readonly clusterDomain?: string
    readonly resolvConf?: string | null
    readonly strayKeys?: string[]
  } = {},
): Kubelet => ({
  args: ok(['kubelet']),
  configPath: '/var/lib/kubelet/config.yaml',
  config: ok({
    clusterDNS: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    resolvConf: null,
    maxPods: null,
    hairpinMode: null,
    containerRuntimeEndpoint: null,
    ...settings,
  }),
  healthz: ok({ status: 200, body: 'ok' }),
})
