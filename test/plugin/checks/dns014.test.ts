import check from '../../../plugin/checks/dns/dns014-pod-defeats-cluster-dns.ts'
import type { Pod } from '../../../plugin/cluster/pods.ts'
import { containerSpec, dnsService, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (change: Partial<Pod>, word = '--db=postgres://db.shop.svc.cluster.local:5432/x') =>
  snapshot({
    cluster: {
      services: [dnsService()],
      pods: [pod({ specs: [containerSpec({ command: ['app', word] })], ...change })],
    },
  })
const asking = (nameservers: readonly string[]) => ({ nameservers, searches: [], options: [] })

checkCases(check, {
  fires: [
    { name: 'on the host’s network', given: given({ hostNetwork: true }), subject: 'default/web-1', at: 'spec' },
    { name: 'on the policy Default', given: given({ dnsPolicy: 'Default' }), subject: 'default/web-1', at: 'spec' },
    {
      name: 'on the policy None with other servers',
      given: given({ dnsPolicy: 'None', dnsConfig: asking(['192.0.2.53']) }),
      subject: 'default/web-1',
      at: 'command',
    },
  ],
  silent: [
    {
      name: 'on the policy for the host’s network',
      given: given({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      answer: 'passed',
    },
    { name: 'on a pod that names no service', given: given({ hostNetwork: true }, '--port=80'), answer: 'passed' },
    {
      name: 'on the name in a token',
      given: given({ hostNetwork: true }, '--service-account-issuer=https://kubernetes.default.svc:443'),
      answer: 'passed',
    },
    {
      name: 'on the policy None with the cluster’s own server',
      given: given({ dnsPolicy: 'None', dnsConfig: asking(['10.96.0.10']) }),
      answer: 'passed',
    },
    {
      name: 'on a component of the system',
      given: given({ namespace: 'kube-system', hostNetwork: true }),
      answer: 'passed',
    },
  ],
})
