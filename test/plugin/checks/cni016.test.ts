import check from '../../../plugin/checks/cni/cni016-directories-differ.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { binaries, binary, bridgeFile, cniConfig, configFile, plugin, runtime } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const elsewhere = [{ path: '/var/lib/rancher/k3s/agent/etc/cni/net.d', files: ['10-flannel.conflist'] }]
const stray = { ...cniConfig(), elsewhere }
const notReady = runtime({ ready: false })
const installer = (hostPath: string) =>
  daemonPod('quay.io/cilium/cilium:v1.17', 'cilium', { volumes: [{ name: 'cni', configMap: null, hostPath }] })
const given = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({ nodes: { node1: parts }, cluster: { nodes: [apiNode()], pods: [], events: [], ...cluster } })
const cilium = cniConfig(configFile('05-cilium.conflist', { plugins: [plugin('cilium-cni')] }))

checkCases(check, {
  fires: [
    {
      name: 'where the configuration lies in a directory that nobody reads',
      given: given({ cniConfig: stray, runtime: notReady }),
      subject: 'node1',
      at: 'node1:/var/lib/rancher/k3s/agent/etc/cni/net.d',
    },
    {
      name: 'where the CNI’s pod writes its configuration elsewhere',
      given: given({ cniConfig: cniConfig(), runtime: notReady }, { pods: [installer('/var/snap/cni/net.d')] }),
      subject: 'node1',
      at: 'Pod kube-system/cilium-x',
    },
    {
      name: 'where a program is missing and the CNI’s pod writes programs elsewhere',
      given: given(
        { cniConfig: cilium, cniBinaries: binaries(binary('loopback')), runtime: notReady },
        { pods: [installer('/home/kubernetes/cni/bin')] },
      ),
      subject: 'node1',
      at: 'Pod kube-system/cilium-x',
    },
    {
      name: 'as a warning where nobody told that the node lacks a network',
      given: given({ cniConfig: stray }),
      subject: 'node1',
      at: 'net.d',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'where the runtime’s own directory has a file',
      given: given({ cniConfig: { ...cniConfig(bridgeFile('10-x.conflist', 'net', '10.1.0.0/24')), elsewhere } }),
      answer: 'passed',
    },
    {
      name: 'where nothing is anywhere',
      given: given({ cniConfig: cniConfig(), runtime: notReady }),
      answer: 'passed',
    },
    {
      name: 'where the runtime has its network',
      given: given({ cniConfig: stray, runtime: runtime() }),
      answer: 'passed',
    },
    {
      name: 'where the program is there although the CNI writes elsewhere',
      given: given(
        { cniConfig: cilium, cniBinaries: binaries(binary('cilium-cni')), runtime: notReady },
        { pods: [installer('/home/kubernetes/cni/bin')] },
      ),
      answer: 'passed',
    },
    {
      name: 'when the directory could not be read',
      given: given({ cniConfig: { ...stray, files: unavailable('denied', 'EACCES') } }),
      answer: 'not-run',
    },
  ],
})
