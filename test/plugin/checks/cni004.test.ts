import check from '../../../plugin/checks/cni/cni004-wrong-configuration-wins.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod, pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { binaries, binary, bridgeFile, cniConfig, configFile, plugin, runtime } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const given = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({
    nodes: { node1: { runtime: runtime(), ...parts } },
    cluster: { nodes: [apiNode()], pods: [pod()], ...cluster },
  })
const flannelPod = daemonPod('flannel/flannel:v1', 'kube-flannel-ds')
const flannel = configFile('10-flannel.conflist', { name: 'cbr0', plugins: [plugin('flannel'), plugin('portmap')] })
const packaged = bridgeFile('10-containerd-net.conflist', 'containerd-net', '10.244.0.0/16')
const own = bridgeFile('10-own.conflist', 'own', '10.244.1.0/24')
const other = bridgeFile('05-other.conflist', 'other', '10.99.0.0/24')
const stray = pod({ name: 'stray', ips: ['10.99.0.2'] })
const crio = bridgeFile('100-crio-bridge.conf', 'crio', '10.85.0.0/16')
const meta = configFile('00-meshnet.conflist', { name: 'meshnet', plugins: [plugin('flannel'), plugin('meshnet')] })

checkCases(check, {
  fires: [
    {
      name: 'where a packaged file wins over the CNI whose daemon runs, and pods hang on it',
      given: given({ cniConfig: cniConfig(packaged, flannel) }, { pods: [flannelPod, pod()] }),
      subject: 'node1',
      at: 'Pod default/web-1',
    },
    {
      name: 'as a warning while no pod has joined the wrong network',
      given: given({ cniConfig: cniConfig(packaged, flannel) }, { pods: [flannelPod] }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d',
      severity: 'warning',
    },
    {
      name: 'without a daemon, where the node’s range belongs to the loser',
      given: given({ cniConfig: cniConfig(other, own) }, { pods: [pod(), stray] }),
      subject: 'node1',
      at: 'Pod default/stray',
    },
    {
      name: 'without a daemon, where most pods have addresses of the loser',
      given: given(
        { cniConfig: cniConfig(other, own) },
        { nodes: [apiNode({ podCIDRs: [] })], pods: [pod(), pod({ name: 'b', ips: ['10.244.1.3'] }), stray] },
      ),
      subject: 'node1',
      at: 'Pod default/stray',
    },
    {
      name: 'where the example of CRI-O gives addresses outside the node’s range',
      given: given(
        { cniConfig: cniConfig(crio), runtime: runtime({ name: 'cri-o' }) },
        { pods: [pod({ ips: ['10.85.0.4'] })] },
      ),
      subject: 'node1',
      at: 'Pod default/web-1',
    },
    {
      name: 'where CRI-O passes over a file whose plugin is missing and takes the next',
      given: given(
        {
          cniConfig: cniConfig(flannel, packaged),
          runtime: runtime({ name: 'cri-o' }),
          cniBinaries: binaries(binary('bridge'), binary('host-local'), binary('portmap')),
        },
        { pods: [flannelPod, pod()] },
      ),
      subject: 'node1',
      at: 'Pod default/web-1',
    },
    {
      name: 'as a warning where the runtime still uses the right one and will take the wrong at its next load',
      given: given({ cniConfig: cniConfig(other, own), runtime: runtime({ networks: ['own'] }) }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d',
      severity: 'warning',
    },
    {
      name: 'where a runtime loads one network twice and pods fail for it',
      given: given(
        { cniConfig: cniConfig(own, { ...own, name: '20-own.conflist' }), runtime: runtime({ maxConfigs: 0 }) },
        { pods: [waitingPod()], events: [sandboxEvent('could not create veth pair a-b: file exists')] },
      ),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'as a warning on two files of one network',
      given: given({ cniConfig: cniConfig(own, { ...own, name: '20-own.conflist' }) }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'where the right one wins',
      given: given({ cniConfig: cniConfig(own, bridgeFile('87-podman.conflist', 'podman', '10.88.0.0/16')) }),
      answer: 'passed',
    },
    {
      name: 'where the daemon’s own wins',
      given: given({ cniConfig: cniConfig(flannel, packaged) }, { pods: [flannelPod, pod()] }),
      answer: 'passed',
    },
    {
      name: 'where a chaining configuration wins on purpose',
      given: given({ cniConfig: cniConfig(meta, flannel) }, { pods: [flannelPod, pod()] }),
      answer: 'passed',
    },
    {
      name: 'where the runtime loads several on purpose',
      given: given({ cniConfig: cniConfig(other, own), runtime: runtime({ maxConfigs: 2 }) }, { pods: [stray] }),
      answer: 'not-applicable',
    },
    {
      name: 'when pods were not read',
      given: given({ cniConfig: cniConfig(other, own) }, { pods: unavailable('denied', '') }),
      answer: 'not-run',
    },
    {
      name: 'when a file that decides was not read',
      given: given({ cniConfig: cniConfig({ ...other, content: unavailable('denied', '') }, own) }),
      answer: 'not-run',
    },
  ],
})
