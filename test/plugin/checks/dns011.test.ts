import check from '../../../plugin/checks/dns/dns011-kubelet-gives-other-dns.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonSet, dnsService, service, servicePort } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubelet } from '../../support/dns-objects.ts'
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
  ],
  silent: [
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
