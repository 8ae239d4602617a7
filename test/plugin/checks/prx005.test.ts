import check from '../../../plugin/checks/prx/prx005-service-rules-missing.ts'
import { unavailable } from '../../../shared/reading.ts'
import { daemonPod, endpoint, pod, podCondition, service, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { iptablesOf } from '../../support/kube-proxy-rules.ts'
import {
  noRules,
  proxyPods,
  savedRules,
  serviceCluster,
  webRules,
  wellIn,
} from '../../support/service-rules-snapshot.ts'
import { type GivenParts, minutesAgo } from '../../support/snapshot.ts'

const right = webRules('10.244.1.2:80')
const saved = iptablesOf([{ service: service(), backends: [['10.244.1.2:80']] }])
const withoutEntry: GivenParts = {
  ...right,
  iptables: savedRules(saved.replace(/^-A PREROUTING .*-j KUBE-SERVICES$/m, '')),
}
const cilium = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')

checkCases(check, {
  fires: [
    { name: 'where a node has no rule', given: serviceCluster({ node1: noRules }), subject: 'node1', at: 'KUBE-SVC-' },
    {
      name: 'on each node that lacks it, even on all',
      given: serviceCluster({ node1: noRules, node2: noRules }),
      subject: 'node2',
      at: '10.96.0.20',
    },
    {
      name: 'where the table of IPVS is empty',
      given: serviceCluster({ node1: { ...noRules, kubeProxy: wellIn('ipvs'), ipvs: { servers: [], omitted: 0 } } }),
      subject: 'node1',
      at: '10.96.0.20',
    },
    {
      name: 'where rules are there and no packet comes to them',
      given: serviceCluster({ node1: withoutEntry }),
      subject: 'node1',
      at: '-S PREROUTING',
    },
  ],
  silent: [
    { name: 'where the rules are right', given: serviceCluster({ node1: right }), answer: 'passed' },
    {
      name: 'on a service that was made a moment ago',
      given: serviceCluster({ node1: noRules }, { services: [service({ createdAt: minutesAgo(0.2) })] }),
      answer: 'passed',
    },
    {
      name: 'on a service whose first endpoint became ready a moment ago',
      given: serviceCluster(
        { node1: noRules },
        {
          pods: [
            ...proxyPods(['node1']),
            pod({ conditions: [podCondition('Ready', { status: 'True', since: minutesAgo(0.2) })] }),
          ],
        },
      ),
      answer: 'passed',
    },
    {
      name: 'on a service without ready endpoints',
      given: serviceCluster(
        { node1: noRules },
        { endpointSlices: [slice({ endpoints: [endpoint({ ready: false })] })] },
      ),
      answer: 'passed',
    },
    {
      name: 'where Cilium takes the place of kube-proxy',
      given: serviceCluster({ node1: { iptables: savedRules('') } }, { pods: [cilium] }),
      answer: 'not-applicable',
    },
    {
      name: 'where the rules were not read',
      given: serviceCluster({ node1: { ...noRules, iptables: unavailable('denied', 'not allowed') } }),
      answer: 'not-run',
    },
  ],
})
