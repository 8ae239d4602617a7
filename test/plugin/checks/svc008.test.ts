import check from '../../../plugin/checks/svc/svc008-not-reachable-from-here.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { apiNode, sandboxEvent, service, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
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
      ...{ endpointSlices: [slice()], events: [failed] },
    },
  })

const ingress = [{ ip: '203.0.113.1', hostname: null, ipMode: 'VIP' }]
const dual = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }

checkCases(check, {
  fires: [
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
