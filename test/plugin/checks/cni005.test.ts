import check from '../../../plugin/checks/cni/cni005-configuration-left-behind.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, daemonPod, daemonSet, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, cniConfig, configFile, plugin } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const file = (name: string, type: string) => configFile(name, { name: type, plugins: [plugin(type)] })
const weave = cniConfig(file('10-weave.conflist', 'weave-net'))
const image = 'weaveworks/weave-kube:2.8.1'
const refused = sandboxEvent(
  'failed to setup network for sandbox \\"0\\": plugin type=\\"weave-net\\" name=\\"weave\\" failed (add): unable to allocate IP address: Post \\"http://127.0.0.1:6784/ip/0\\": dial tcp 127.0.0.1:6784: connect: connection refused',
)
const processes = (...names: string[]) => ({ processes: names.map((name, pid) => ({ pid, name, args: [] })) })
const given = (parts: GivenParts, cluster: GivenCluster = {}) =>
  snapshot({
    nodes: { node1: { processes: processes('kubelet', 'containerd'), ...parts } },
    cluster: { nodes: [apiNode()], pods: [waitingPod()], daemonSets: [], events: [refused], ...cluster },
  })
const silent = { pods: [], events: [] }

checkCases(check, {
  fires: [
    {
      name: 'where pods fail for a daemon of which nothing is left',
      given: given({ cniConfig: weave }),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d/10-weave.conflist',
    },
    {
      name: 'once for the cluster where it is so on all nodes',
      given: snapshot({
        nodes: { node1: { cniConfig: weave }, node2: { cniConfig: weave } },
        cluster: {
          nodes: [apiNode(), apiNode({ name: 'node2' })],
          pods: [waitingPod(), waitingPod({ name: 'other', node: 'node2' })],
          daemonSets: [],
          events: [
            refused,
            {
              ...refused,
              host: 'node2',
              object: { kind: 'Pod', namespace: 'default', name: 'other', uid: '' },
            },
          ],
        },
      }),
      subject: 'cluster',
      at: 'API: DaemonSets',
    },
    {
      name: 'where the plugin went with its CNI and only the file stayed',
      given: given(
        { cniConfig: cniConfig(file('05-cilium.conflist', 'cilium-cni')) },
        { events: [sandboxEvent('failed to find plugin "cilium-cni" in path [/opt/cni/bin]')] },
      ),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'where the CNI is switched off by a selector that fits no node',
      given: given(
        { cniConfig: weave },
        { daemonSets: [daemonSet('weave-net', image, { desired: 0, ready: 0, nodeSelector: { never: 'true' } })] },
      ),
      subject: 'node1',
      at: 'Event of Pod default/waiting',
    },
    {
      name: 'as a warning where no pod has tried yet',
      given: given({ cniConfig: weave }, silent),
      subject: 'node1',
      at: 'node1:/etc/cni/net.d/10-weave.conflist',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'where its daemon runs, even if it refuses',
      given: given({ cniConfig: weave }, { pods: [waitingPod(), daemonPod(image, 'weave-net')] }),
      answer: 'passed',
    },
    {
      name: 'where its DaemonSet wants a pod there that is missing, which another check judges',
      given: given({ cniConfig: weave }, { daemonSets: [daemonSet('weave-net', image)] }),
      answer: 'passed',
    },
    {
      name: 'where its daemon is a service of the host',
      given: given(
        { cniConfig: cniConfig(file('10-flannel.conflist', 'flannel')), processes: processes('k3s-server') },
        silent,
      ),
      answer: 'passed',
    },
    {
      name: 'where another configuration is in use',
      given: given({ cniConfig: cniConfig(bridgeFile('10-a.conflist', 'a', '10.1.0.0/24'), ...filesOf(weave)) }),
      answer: 'passed',
    },
    {
      name: 'when the processes were not read and no pod complains',
      given: given({ cniConfig: weave, processes: unavailable('not-recorded', 'only some') }, silent),
      answer: 'not-run',
    },
    { name: 'when the configuration was not read', given: given({}), answer: 'not-run' },
  ],
})

function filesOf({ files }: ReturnType<typeof cniConfig>) {
  return files.status === 'ok' ? files.value : []
}
