import check from '../../../plugin/checks/prx/prx009-cluster-range-wrong.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, configMap, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxyPod } from '../../support/kube-proxy.ts'
import { type GivenCluster, snapshot } from '../../support/snapshot.ts'

const silent = unavailable('missing', 'ECONNREFUSED')
const given = (config: Readonly<Record<string, string>>, cluster: GivenCluster = {}) =>
  snapshot({
    nodes: { node1: { kubeProxy: { healthz: silent, mode: silent, config: ok(config) } } },
    cluster: { nodes: [apiNode()], pods: [kubeProxyPod(), pod()], ...cluster },
  })
const written = (text: string, pods = [kubeProxyPod(), pod()]) =>
  snapshot({
    nodes: { node1: {} },
    cluster: { nodes: [apiNode()], pods, configMaps: [configMap('kube-proxy', { 'config.conf': text })] },
  })

checkCases(check, {
  fires: [
    {
      name: 'on a range without the pods',
      given: given({ clusterCIDR: '10.0.0.0/16' }),
      subject: 'cluster',
      at: 'node1',
    },
    {
      name: 'on a range in the ConfigMap',
      given: written('mode: ""\nclusterCIDR: 192.168.0.0/16\n'),
      subject: 'cluster',
      at: 'ConfigMap',
    },
    {
      name: 'on a node without range, where kube-proxy goes by it',
      given: given({ detectLocalMode: 'NodeCIDR' }, { nodes: [apiNode({ podCIDRs: [] })] }),
      subject: 'cluster',
      at: 'Node node1',
    },
    {
      name: 'on one of two families',
      given: given(
        { clusterCIDR: '10.244.0.0/16,fd00:1::/48' },
        { pods: [kubeProxyPod(), pod({ ips: ['10.244.1.2', 'fd00:2::2'] })] },
      ),
      subject: 'cluster',
      at: 'node1',
    },
  ],
  silent: [
    { name: 'on the range of the pods', given: given({ clusterCIDR: '10.244.0.0/16' }), answer: 'passed' },
    { name: 'without a range', given: given({ clusterCIDR: '' }), answer: 'passed' },
    {
      name: 'where the bridge tells who is a pod',
      given: given({ detectLocalMode: 'BridgeInterface', clusterCIDR: '10.0.0.0/16' }),
      answer: 'passed',
    },
    {
      name: 'where no pod shows which range is in use',
      given: given({ clusterCIDR: '10.0.0.0/16' }, { pods: [kubeProxyPod()] }),
      answer: 'passed',
    },
    {
      name: 'where no configuration was read',
      given: snapshot({ nodes: { node1: {} }, cluster: { nodes: [], pods: [kubeProxyPod()] } }),
      answer: 'not-run',
    },
    { name: 'without kube-proxy', given: given({}, { pods: [pod()] }), answer: 'not-applicable' },
  ],
})
