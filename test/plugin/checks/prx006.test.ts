import check from '../../../plugin/checks/prx/prx006-service-rules-stale.ts'
import { unavailable } from '../../../shared/reading.ts'
import { container, endpoint, pod, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxyPod } from '../../support/kube-proxy.ts'
import { proxyPods, serviceCluster, webRules } from '../../support/service-rules-snapshot.ts'
import { minutesAgo } from '../../support/snapshot.ts'

const right = webRules('10.244.1.2:80')
const stale = webRules('10.244.1.9:80')
const silent = unavailable('timeout', 'ETIMEDOUT')
const hanging = { ...stale, kubeProxy: { healthz: silent, mode: silent } }

checkCases(check, {
  fires: [
    {
      name: 'where rules lead to a pod that is gone',
      given: serviceCluster({ node1: right, node2: stale }),
      subject: 'node2',
      at: 'KUBE-SVC-',
    },
    {
      name: 'where rules lack a backend',
      given: serviceCluster(
        { node1: right },
        { endpointSlices: [slice({ endpoints: [endpoint(), endpoint({ addresses: ['10.244.2.2'] })] })] },
      ),
      subject: 'node1',
      at: '10.96.0.20',
    },
    {
      name: 'where a service with endpoints is still refused',
      given: serviceCluster({ node1: webRules() }),
      subject: 'node1',
      at: '10.96.0.20',
    },
    {
      name: 'on all nodes, when kube-proxy of none answers',
      given: serviceCluster({ node1: hanging, node2: hanging }),
      subject: 'node1',
      at: 'healthz',
    },
    {
      name: 'at once, when kube-proxy does not answer',
      given: serviceCluster({ node1: hanging }, { endpointSlices: [slice({ changedAt: minutesAgo(0.2) })] }),
      subject: 'node1',
      at: 'healthz',
    },
    {
      name: 'where a service without endpoints still leads somewhere',
      given: serviceCluster({ node1: right }, { endpointSlices: [slice({ endpoints: [] })] }),
      subject: 'node1',
      at: '10.96.0.20',
    },
  ],
  silent: [
    { name: 'where the rules are right', given: serviceCluster({ node1: right }), answer: 'passed' },
    {
      name: 'on endpoints that were changed a moment ago',
      given: serviceCluster({ node1: stale }, { endpointSlices: [slice({ changedAt: minutesAgo(0.2) })] }),
      answer: 'passed',
    },
    {
      name: 'on a kube-proxy that has just started',
      given: serviceCluster(
        { node1: stale },
        { pods: [kubeProxyPod({ containers: [container({ startedAt: minutesAgo(0.2) })] })] },
      ),
      answer: 'not-run',
    },
    {
      name: 'on a backend that has just begun to end',
      given: serviceCluster(
        { node1: webRules('10.244.1.2:80', '10.244.1.9:80') },
        {
          pods: [...proxyPods(['node1']), pod({ ips: ['10.244.1.9'], deleting: true, deletionTime: minutesAgo(-0.4) })],
        },
      ),
      answer: 'passed',
    },
    {
      name: 'on backends that end and serve on',
      given: serviceCluster(
        { node1: right },
        { endpointSlices: [slice({ endpoints: [endpoint({ ready: false, serving: true, terminating: true })] })] },
      ),
      answer: 'passed',
    },
    {
      name: 'where all kube-proxies are well and agree against the API',
      given: serviceCluster({ node1: stale, node2: stale, node3: stale }),
      answer: 'not-run',
    },
  ],
})
