import check from '../../../plugin/checks/cni/cni019-flannel-network-differs.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, configMap, configVolume, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, snapshot } from '../../support/snapshot.ts'

const flannel = daemonPod('docker.io/flannel/flannel:v0.26', 'kube-flannel-ds', {
  volumes: [configVolume('flannel-cfg', 'kube-flannel-cfg')],
})
const config = (netConf: string) => [configMap('kube-flannel-cfg', { 'net-conf.json': netConf })]
const given = (netConf: string, podCIDRs: readonly string[] = ['10.244.1.0/24'], cluster: GivenCluster = {}) =>
  snapshot({ cluster: { nodes: [apiNode({ podCIDRs })], pods: [flannel], configMaps: config(netConf), ...cluster } })
const usual = '{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}'

checkCases(check, {
  fires: [
    {
      name: 'where nodes have ranges of another network',
      given: given(usual, ['10.1.3.0/24']),
      subject: 'cluster',
      at: 'Node node1',
    },
    {
      name: 'where the network is smaller than the nodes’ ranges',
      given: given('{"Network": "10.244.0.0/24"}', ['10.244.0.0/24', 'fd00::/64'].concat('10.244.1.0/24')),
      subject: 'cluster',
      at: 'net-conf.json',
    },
  ],
  silent: [
    { name: 'where it holds them', given: given(usual), answer: 'passed' },
    {
      name: 'on a range of a family that flannel does not serve',
      given: given(usual, ['10.244.1.0/24', 'fd00::/64']),
      answer: 'passed',
    },
    { name: 'where nodes have no range, which another check judges', given: given(usual, []), answer: 'passed' },
    {
      name: 'where flannel is gone and its ConfigMap stayed',
      given: given(usual, ['10.1.3.0/24'], { pods: [] }),
      answer: 'not-applicable',
    },
    { name: 'when it is no JSON', given: given('{'), answer: 'not-run' },
    {
      name: 'when the ConfigMap was not read',
      given: given(usual, undefined, {
        configMaps: [configMap('kube-flannel-cfg', {}, { data: unavailable('denied', '') })],
      }),
      answer: 'not-run',
    },
  ],
})
