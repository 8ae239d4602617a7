import check from '../../../plugin/checks/svc/svc008-not-reachable-from-here.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, sandboxEvent, service, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { iptablesOf } from '../../support/kube-proxy-rules.ts'
import { savedRules, serviceCluster, webRules, wellIn } from '../../support/service-rules-snapshot.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const balancer = (change: Partial<Service> = {}) => service({ type: 'LoadBalancer', ...change })
const failed = sandboxEvent('Error syncing load balancer: quota exceeded', {
  object: { kind: 'Service', namespace: 'default', name: 'web', uid: '' },
})
const given = (wanted: Service) =>
  snapshot({
    cluster: {
      services: [wanted],
      nodes: [apiNode({ addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] })],
      endpointSlices: [slice()],
      events: [failed],
    },
  })

const clientIp = (timeout: number) => service({ sessionAffinity: { type: 'ClientIP', timeout } })
const asking = clientIp(10_800)
const backend = '10.244.1.2:80'
/** Rules that a node has for `default/web` since it was as given. */
const rulesOf = (since: Service) => ({
  ...webRules(backend),
  iptables: savedRules(iptablesOf([{ service: since, backends: [[backend]] }])),
})
const kept = rulesOf(asking)
const anywhere = rulesOf(service())

const ingress = [{ ip: '203.0.113.1', hostname: null, ipMode: 'VIP' }]
const dual = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }

checkCases(check, {
  fires: [
    {
      name: 'where rules of one node keep no client of a service with session affinity',
      given: serviceCluster({ node1: kept, node2: anywhere }, { services: [asking] }),
      subject: 'default/web',
      at: 'node2: default/web',
    },
    {
      name: 'where no node keeps them',
      given: serviceCluster({ node1: anywhere, node2: anywhere }, { services: [asking] }),
      subject: 'default/web',
      at: 'node1: default/web',
    },
    {
      name: 'where rules keep clients for another time',
      given: serviceCluster({ node1: rulesOf(clientIp(600)) }, { services: [asking] }),
      subject: 'default/web',
      at: 'KUBE-SVC-',
    },
    {
      name: 'where rules still keep clients of a service that no longer asks for it',
      given: serviceCluster({ node1: kept }),
      subject: 'default/web',
      at: 'node1: default/web',
    },
    {
      name: 'on a load balancer without address, with what its controller says',
      given: given(balancer({ loadBalancerClass: 'example.com/lb' })),
      subject: 'default/web',
      at: 'Event of Service default/web',
    },
    {
      name: 'on a family without endpoints',
      given: given(service(dual)),
      subject: 'default/web',
      at: 'EndpointSlices',
    },
    {
      name: 'as a note on ranges without the nodes',
      given: given(balancer({ ingress, loadBalancerSourceRanges: ['198.51.100.0/24'] })),
      subject: 'default/web',
      at: 'Service default/web',
      severity: 'info',
    },
  ],
  silent: [
    {
      name: 'where every node keeps clients as long as the service asks',
      given: serviceCluster({ node1: kept, node2: kept }, { services: [asking] }),
      answer: 'passed',
    },
    {
      name: 'where no node keeps clients and the service asks for none',
      given: serviceCluster({ node1: anywhere }),
      answer: 'passed',
    },
    {
      name: 'on a service that was made a moment ago',
      given: serviceCluster({ node1: anywhere }, { services: [{ ...asking, createdAt: minutesAgo(0.2) }] }),
      answer: 'passed',
    },
    {
      name: 'on a node whose rules were not read',
      given: serviceCluster(
        { node1: { kubeProxy: wellIn('iptables'), iptables: unavailable('denied', 'EPERM') } },
        { services: [asking] },
      ),
      answer: 'not-run',
    },
    {
      name: 'where rules lead nowhere, which is another fault',
      given: serviceCluster({ node1: webRules() }, { services: [asking] }),
      answer: 'passed',
    },
    { name: 'on a load balancer with address', given: given(balancer({ ingress })), answer: 'passed' },
    { name: 'in its first minutes', given: given(balancer({ createdAt: minutesAgo(3) })), answer: 'passed' },
    { name: 'on one family', given: given(service()), answer: 'passed' },
    {
      name: 'on ranges with the nodes',
      given: given(balancer({ ingress, loadBalancerSourceRanges: ['192.168.0.0/16'] })),
      answer: 'passed',
    },
  ],
})
