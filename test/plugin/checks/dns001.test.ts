import check from '../../../plugin/checks/dns/dns001-coredns-not-serving.ts'
import { deployment, endpoint, pod, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { brokenDnsPod, coreDnsPod, dnsSnapshot, unreadyDnsPod } from '../../support/dns-objects.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const scaledDown = deployment('coredns', 'coredns:v1.11.1', { desired: 0, ready: 0 })

checkCases(check, {
  fires: [
    {
      name: 'on pods in a crash loop',
      given: dnsSnapshot({ pods: [brokenDnsPod()], log: 'some last words' }),
      subject: 'kube-system/kube-dns',
      at: 'Pod kube-system/coredns-x',
    },
    {
      name: 'on a pod that runs and is not ready',
      given: dnsSnapshot({ pods: [unreadyDnsPod()] }),
      subject: 'kube-system/kube-dns',
      at: 'Pod kube-system/coredns-x',
    },
    {
      name: 'on a deployment without replicas',
      given: dnsSnapshot({ pods: [], cluster: { deployments: [scaledDown] } }),
      subject: 'kube-system/kube-dns',
      at: 'Deployment kube-system/coredns',
    },
  ],
  silent: [
    {
      name: 'when one of two is ready',
      given: dnsSnapshot({ pods: [brokenDnsPod(), coreDnsPod({ name: 'coredns-y' })] }),
      answer: 'passed',
    },
    {
      name: 'on a pod that has just been made',
      given: dnsSnapshot({ pods: [unreadyDnsPod({ createdAt: minutesAgo(1) })] }),
      answer: 'passed',
    },
    {
      name: 'on endpoints that somebody else keeps',
      given: dnsSnapshot({
        pods: [],
        cluster: {
          endpointSlices: [slice({ namespace: 'kube-system', service: 'kube-dns', endpoints: [endpoint()] })],
        },
      }),
      answer: 'passed',
    },
    {
      name: 'on a cluster without DNS',
      given: snapshot({ cluster: { pods: [pod()], services: [], deployments: [] } }),
      answer: 'not-applicable',
    },
  ],
})
