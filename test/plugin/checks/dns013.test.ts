import check from '../../../plugin/checks/dns/dns013-lookup-latency-risks.ts'
import { apiNode, deployment } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { dnsSnapshot, resolvConf } from '../../support/dns-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const nodes = (count: number) => Array.from({ length: count }, (_, i) => apiNode({ name: `node${i + 1}` }))
const given = (desired: number, count: number, search: string[] = []) => {
  const podLabels = { 'k8s-app': 'kube-dns' }
  const deployments = [deployment('coredns', 'coredns:v1.11.1', { desired, podLabels })]
  const built = dnsSnapshot({ pods: [], cluster: { deployments, nodes: nodes(count), daemonSets: [] } })
  return { ...built, nodes: snapshot({ nodes: { node1: { resolvConf: resolvConf({ search }) } } }).nodes }
}
const subject = 'kube-system/kube-dns'

checkCases(check, {
  fires: [
    { name: 'on one replica for three nodes', given: given(1, 3), subject, at: 'Deployment kube-system/coredns' },
    { name: 'on a long search list', given: given(2, 3, ['a', 'b', 'c', 'd']), subject, at: 'node1:/etc/resolv.conf' },
    { name: 'on a large cluster without a cache', given: given(2, 60), subject, at: 'DaemonSets' },
  ],
  silent: [
    { name: 'on two replicas and a short list', given: given(2, 3, ['a']), answer: 'passed' },
    { name: 'on one replica for one node', given: given(1, 1), answer: 'passed' },
    {
      name: 'without DNS',
      given: snapshot({ cluster: { pods: [], services: [], deployments: [], nodes: [] } }),
      answer: 'not-applicable',
    },
  ],
})
