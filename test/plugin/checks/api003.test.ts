import check from '../../../plugin/checks/api/api003-pods-cannot-reach-api.ts'
import { apiNode, containerLog, crashing, daemonPod, service } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxyPod } from '../../support/kube-proxy.ts'
import { snapshot } from '../../support/snapshot.ts'

const dns = (ready: boolean) =>
  daemonPod('coredns/coredns:1.12', 'coredns', { hostNetwork: false, ...(ready ? {} : crashing('coredns')) })
const kubernetes = service({ name: 'kubernetes', clusterIPs: ['192.0.2.1'] })
const given = (text: string, pod = dns(false), name = 'coredns') =>
  snapshot({ cluster: { pods: [pod], services: [kubernetes], componentLogs: [containerLog(name, text)] } })
const timeout = 'Failed to list *v1.Service: Get "https://192.0.2.1:443/version": dial tcp 192.0.2.1:443: i/o timeout'

const cilium = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium', crashing('cilium'))
const ofCilium = (others: readonly ReturnType<typeof daemonPod>[]) =>
  snapshot({
    nodes: { node1: {} },
    cluster: {
      nodes: [apiNode()],
      pods: [cilium, ...others],
      daemonSets: [],
      services: [kubernetes],
      componentLogs: [containerLog('cilium', timeout)],
    },
  })

checkCases(check, {
  fires: [
    {
      name: 'on what Cilium’s agent says beside a kube-proxy',
      given: ofCilium([kubeProxyPod()]),
      subject: 'node1',
      at: 'cilium-x',
    },
    { name: 'on what a pod that is not ready logs', given: given(timeout), subject: 'node1', at: 'coredns-x' },
    {
      name: 'on a recent line of one that is',
      given: given(`E0101 11:59:00.000001 1 reflector.go:1] ${timeout}`, dns(true)),
      subject: 'node1',
      at: 'coredns-x',
    },
  ],
  silent: [
    {
      name: 'on what Cilium’s agent says where it alone makes the addresses of services',
      given: ofCilium([]),
      answer: 'passed',
    },
    {
      name: 'on an old line of one that is ready',
      given: given(`E0101 05:00:00.000001 1 x.go:1] ${timeout}`, dns(true)),
      answer: 'passed',
    },
    {
      name: 'on another server',
      given: given('dial tcp 198.51.100.9:443: i/o timeout while pushing metrics'),
      answer: 'passed',
    },
    {
      name: 'on what kube-proxy says',
      given: given(timeout, kubeProxyPod(crashing('kube-proxy')), 'kube-proxy'),
      answer: 'passed',
    },
  ],
})
