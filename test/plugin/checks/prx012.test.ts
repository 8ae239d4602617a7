import check from '../../../plugin/checks/prx/prx012-two-service-proxies.ts'
import { unavailable } from '../../../shared/reading.ts'
import { configMap, daemonPod, daemonSet } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { noRules, proxyPods, serviceCluster, webRules, wellIn } from '../../support/service-rules-snapshot.ts'
import type { GivenParts } from '../../support/snapshot.ts'

const chains = webRules('10.244.1.2:80')
const leftOver = { ...chains, kubeProxy: unavailable('missing', 'nobody listens') }
const server = (address: string) => ({
  protocol: 'TCP',
  address,
  port: 80,
  mark: null,
  scheduler: 'rr',
  persistentSeconds: null,
  destinations: [],
  omitted: 0,
})
const ipvs = (address: string): GivenParts => ({ ipvs: { servers: [server(address)], omitted: 0 } })
const cilium = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')
const ciliumConfig = (value: string) => configMap('cilium-config', { 'kube-proxy-replacement': value })
const router = daemonSet('kube-router', 'cloudnativelabs/kube-router:v2')
const routing = router.containers.map(each => ({ ...each, command: ['--run-service-proxy=true'] }))

checkCases(check, {
  fires: [
    {
      name: 'on virtual servers of services beside chains of iptables',
      given: serviceCluster({ node1: { ...chains, ...ipvs('10.96.0.20') } }),
      subject: 'node1',
      at: 'IPVS',
    },
    {
      name: 'on chains that were left when the mode became IPVS',
      given: serviceCluster({ node1: { ...chains, ...ipvs('10.96.0.20'), kubeProxy: wellIn('ipvs') } }),
      subject: 'node1',
      at: 'KUBE-SERVICES',
    },
    {
      name: 'on chains where Cilium took the place of kube-proxy',
      given: serviceCluster({ node1: leftOver, node2: leftOver }, { pods: [cilium] }),
      subject: 'cluster',
      at: 'node2',
    },
    {
      name: 'on a kube-proxy beside a Cilium that replaces it',
      given: serviceCluster({ node1: chains }, { configMaps: [ciliumConfig('true')] }),
      subject: 'node1',
      at: 'iptables',
    },
  ],
  silent: [
    { name: 'on the rules of one proxy', given: serviceCluster({ node1: chains }), answer: 'passed' },
    {
      name: 'on virtual servers that no service has',
      given: serviceCluster({ node1: { ...chains, ...ipvs('192.0.2.1') } }),
      answer: 'passed',
    },
    {
      name: 'on a kube-proxy beside a Cilium that does not replace it',
      given: serviceCluster(
        { node1: chains },
        { configMaps: [ciliumConfig('false')], pods: [...proxyPods(['node1']), cilium] },
      ),
      answer: 'passed',
    },
    {
      name: 'on the virtual servers of kube-router',
      given: serviceCluster(
        { node1: { ...noRules, kubeProxy: unavailable('missing', 'nobody listens'), ...ipvs('10.96.0.20') } },
        { pods: [], daemonSets: [{ ...router, containers: routing }] },
      ),
      answer: 'passed',
    },
    {
      name: 'where no rules were read',
      given: serviceCluster({ node1: { iptables: unavailable('denied', ''), nft: unavailable('denied', '') } }),
      answer: 'not-run',
    },
  ],
})
