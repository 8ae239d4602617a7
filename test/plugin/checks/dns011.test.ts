import check from '../../../plugin/checks/dns/dns011-kubelet-gives-other-dns.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, configMap, daemonSet, dnsService, service, servicePort } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, corefile, kubelet } from '../../support/dns-objects.ts'
import { type GivenCluster, snapshot } from '../../support/snapshot.ts'

const given = (clusterDNS: string[], cluster: GivenCluster = {}) =>
  snapshot({
    cluster: { services: [dnsService()], nodes: [apiNode()], ...cluster },
    nodes: { node1: { kubelet: kubelet({ clusterDNS }) } },
  })
const configz = (clusterDNS: string[]) => [
  { node: 'node1', config: ok({ clusterDNS, clusterDomain: 'cluster.local', resolvConf: null, hairpinMode: '' }) },
]
const cache = daemonSet('node-local-dns', 'registry.k8s.io/dns/k8s-dns-node-cache:1.23')

/** A kubelet that gives the right address with this domain. */
const searching = (clusterDomain: string, Corefile = corefile, names = ['node1']) =>
  snapshot({
    cluster: {
      services: [dnsService()],
      nodes: names.map(name => apiNode({ name })),
      pods: [coreDnsPod()],
      configMaps: [configMap('coredns', { Corefile })],
    },
    nodes: Object.fromEntries(
      names.map(name => [name, { kubelet: kubelet({ clusterDNS: ['10.96.0.10'], clusterDomain }) }]),
    ),
  })

checkCases(check, {
  fires: [
    {
      name: 'on an address that nobody has',
      given: given(['10.96.0.53']),
      subject: 'node1',
      at: '/var/lib/kubelet/config.yaml',
    },
    {
      name: 'on what the kubelet itself says, without a node being read',
      given: snapshot({
        cluster: { services: [dnsService()], nodes: [apiNode()], kubeletConfigs: configz(['10.96.0.53']) },
      }),
      subject: 'node1',
      at: 'configz',
    },
    {
      name: 'on the address of a cache that does not run',
      given: given(['169.254.20.10'], { daemonSets: [] }),
      subject: 'node1',
      at: 'clusterDNS',
    },
    {
      name: 'on a domain that the DNS does not serve',
      given: searching('cluster.lan'),
      subject: 'node1',
      at: 'clusterDomain',
    },
    {
      name: 'on a domain that only the cache still names',
      given: searching(
        'cluster.local',
        corefile
          .replace('kubernetes cluster.local', 'kubernetes cluster.lan')
          .replace('cache 30', 'cache 30 {\n disable success cluster.local\n}'),
      ),
      subject: 'node1',
      at: 'clusterDomain',
    },
    {
      name: 'on the DNS, where all kubelets search another domain',
      given: searching('cluster.lan', corefile, ['node1', 'node2']),
      subject: 'kube-system/kube-dns',
      at: 'Corefile',
    },
  ],
  silent: [
    { name: 'on the domain that the DNS serves', given: searching('cluster.local.'), answer: 'passed' },
    {
      name: 'on a domain that the DNS rewrites',
      given: searching('cluster.lan', corefile.replace('ready', 'rewrite name suffix .cluster.lan .cluster.local')),
      answer: 'passed',
    },
    { name: 'on the address of the service', given: given(['10.96.0.10']), answer: 'passed' },
    { name: 'on the address of a cache', given: given(['169.254.20.10'], { daemonSets: [cache] }), answer: 'passed' },
    {
      name: 'on another service with port 53',
      given: given(['10.96.0.53'], {
        services: [
          dnsService(),
          service({ clusterIPs: ['10.96.0.53'], ports: [servicePort(53, { protocol: 'UDP' })] }),
        ],
      }),
      answer: 'passed',
    },
    {
      name: 'on a server on the node itself',
      given: given(['192.0.2.1'], {
        nodes: [apiNode({ addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] })],
      }),
      answer: 'passed',
    },
    {
      name: 'when the kubelet was not read',
      given: snapshot({
        cluster: { services: [dnsService()], nodes: [apiNode()] },
        nodes: { node1: { kubelet: unavailable('denied', 'no right to') } },
      }),
      answer: 'not-run',
    },
    {
      name: 'without a service of DNS',
      given: given(['10.96.0.10'], { services: [] }),
      answer: 'not-applicable',
    },
  ],
})
