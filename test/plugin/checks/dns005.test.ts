import check from '../../../plugin/checks/dns/dns005-dns-service-broken.ts'
import { containerPort, containerSpec, dnsService, endpoint, servicePort, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, dnsSnapshot, unreadyDnsPod } from '../../support/dns-objects.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const subject = 'kube-system/kube-dns'
const served = [slice({ namespace: 'kube-system', service: 'kube-dns', endpoints: [endpoint()] })]

const naming = (name: string) =>
  dnsSnapshot({
    pods: [
      coreDnsPod({
        specs: [
          containerSpec({
            name: 'coredns',
            ports: [containerPort(53, { name: 'dns', protocol: 'UDP' }), containerPort(53, { name: 'dns-tcp' })],
          }),
        ],
      }),
    ],
    cluster: {
      services: [
        dnsService({
          ports: [
            servicePort(53, { name: 'dns', protocol: 'UDP', targetPort: name }),
            servicePort(53, { name: 'dns-tcp', targetPort: 'dns-tcp' }),
          ],
        }),
      ],
      endpointSlices: served,
    },
  })

checkCases(check, {
  fires: [
    { name: 'on a named target port that no pod has', given: naming('dns-udp'), subject, at: 'spec.ports' },
    {
      name: 'on a selector that matches no pod of DNS',
      given: dnsSnapshot({
        pods: [coreDnsPod()],
        cluster: { services: [dnsService({ selector: { 'k8s-app': 'coredns' } })] },
      }),
      subject,
      at: 'spec.selector',
    },
    {
      name: 'on a port that lacks',
      given: dnsSnapshot({
        pods: [coreDnsPod()],
        cluster: { services: [dnsService({ ports: [servicePort(53)] })], endpointSlices: served },
      }),
      subject,
      at: 'spec.ports',
    },
    {
      name: 'on a service without ready endpoints',
      given: dnsSnapshot({ pods: [unreadyDnsPod()] }),
      subject,
      at: 'EndpointSlices',
    },
    {
      name: 'on pods without a service',
      given: dnsSnapshot({ pods: [coreDnsPod()], cluster: { services: [] } }),
      subject,
      at: 'Services',
    },
  ],
  silent: [
    { name: 'on a named target port of the pods', given: naming('dns'), answer: 'passed' },
    {
      name: 'on a service with a ready endpoint',
      given: dnsSnapshot({ pods: [coreDnsPod()], cluster: { endpointSlices: served } }),
      answer: 'passed',
    },
    {
      name: 'while the pods start',
      given: dnsSnapshot({ pods: [unreadyDnsPod({ createdAt: minutesAgo(1) })] }),
      answer: 'passed',
    },
    {
      name: 'on a cluster without DNS',
      given: snapshot({ cluster: { pods: [], services: [], endpointSlices: [] } }),
      answer: 'not-applicable',
    },
  ],
})
