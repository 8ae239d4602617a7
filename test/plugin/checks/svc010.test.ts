import check from '../../../plugin/checks/svc/svc010-external-address-taken.ts'
import type { Service } from '../../../plugin/cluster/services.ts'
import { apiNode, endpoint, service, servicePort, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, dnsSnapshot } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const api = service({ name: 'kubernetes', selector: null, clusterIPs: ['10.96.0.1'], ports: [servicePort(443)] })
const gateway = (change: Partial<Service>) => service({ name: 'gateway', clusterIPs: ['10.96.0.77'], ...change })
const given = (change: Partial<Service>, backends = '10.244.1.5') =>
  snapshot({
    cluster: {
      services: [api, gateway(change)],
      nodes: [apiNode({ name: 'node1', addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] })],
      endpointSlices: [
        slice({
          service: 'kubernetes',
          ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
          endpoints: [endpoint({ addresses: ['192.168.0.9'] })],
        }),
        slice({ service: 'gateway', endpoints: [endpoint({ addresses: [backends] })] }),
      ],
    },
  })
const silentServer = (externalIPs: readonly string[]) =>
  dnsSnapshot({
    pods: [coreDnsPod()],
    log: '2026-01-01T11:59:00Z [ERROR] plugin/errors: 2 example.org. A: read udp 10.244.1.9:4000->192.168.0.53:53: i/o timeout',
    cluster: {
      services: [api, gateway({ externalIPs, ports: [servicePort(53, { protocol: 'UDP' })] })],
      nodes: [apiNode()],
    },
  })
const at = 'Service default/gateway'
const subject = 'default/gateway'

checkCases(check, {
  fires: [
    {
      name: 'on the address and port of the API server',
      given: given({ externalIPs: ['192.168.0.9'], ports: [servicePort(6443)] }),
      subject,
      at,
    },
    {
      name: 'on the kubelet of a node, by a load balancer',
      given: given({ ingress: [{ ip: '192.168.0.1', hostname: null, ipMode: 'VIP' }], ports: [servicePort(10_250)] }),
      subject,
      at,
    },
    {
      name: 'on another service',
      given: given({ externalIPs: ['10.96.0.1'], ports: [servicePort(443)] }),
      subject,
      at,
    },
    {
      name: 'on the server that CoreDNS asks in vain',
      given: silentServer(['192.168.0.53']),
      ...{ subject, at },
    },
  ],
  silent: [
    { name: 'beside a server that does not answer', given: silentServer(['192.168.0.54']), answer: 'passed' },
    {
      name: 'on a node’s address with a port that is free there',
      given: given({ externalIPs: ['192.168.0.1', '192.168.0.9'], ports: [servicePort(80)] }),
      answer: 'passed',
    },
    {
      name: 'where the service leads to the API server itself',
      given: given({ externalIPs: ['192.168.0.9'], ports: [servicePort(6443)] }, '192.168.0.9'),
      answer: 'passed',
    },
    { name: 'where no service has an external address', given: given({}), answer: 'not-applicable' },
  ],
})
