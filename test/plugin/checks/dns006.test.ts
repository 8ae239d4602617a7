import check from '../../../plugin/checks/dns/dns006-two-dns-servers.ts'
import { deployment } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { dnsSnapshot } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const podLabels = { 'k8s-app': 'kube-dns' }
const dns = (name: string, desired = 1) => deployment(name, 'coredns:v1.11.1', { podLabels, desired })
const given = (...deployments: ReturnType<typeof dns>[]) => dnsSnapshot({ pods: [], cluster: { deployments } })

checkCases(check, {
  fires: [
    {
      name: 'on two deployments with the labels of the service',
      given: given(dns('kube-dns'), dns('coredns')),
      subject: 'kube-system/kube-dns',
      at: 'Deployment kube-system/kube-dns',
    },
  ],
  silent: [
    { name: 'when one is scaled to 0', given: given(dns('kube-dns', 0), dns('coredns')), answer: 'passed' },
    {
      name: 'on another deployment beside it',
      given: given(dns('coredns'), deployment('dns-autoscaler', 'autoscaler:1')),
      answer: 'passed',
    },
    {
      name: 'on a cluster without DNS',
      given: snapshot({ cluster: { services: [], deployments: [] } }),
      answer: 'not-applicable',
    },
  ],
})
