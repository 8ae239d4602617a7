import check from '../../../plugin/checks/cni/cni008-no-cni-installed.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, condition, daemonSet, pod, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { bridgeFile, brokenFile, cniConfig, runtime } from '../../support/host-objects.ts'
import { type GivenCluster, type GivenParts, snapshot } from '../../support/snapshot.ts'

const networkLess = condition({
  status: 'False',
  message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady',
})
const empty: GivenParts = { cniConfig: cniConfig(), runtime: runtime({ ready: false }) }
const given = (parts: GivenParts = empty, cluster: GivenCluster = {}) =>
  snapshot({
    nodes: { node1: parts },
    cluster: {
      nodes: [apiNode({ conditions: [networkLess] })],
      pods: [waitingPod()],
      daemonSets: [daemonSet('kube-proxy', 'registry.k8s.io/kube-proxy:v1.36.0')],
      events: [],
      ...cluster,
    },
  })
const ready = { nodes: [apiNode()] }
const installer = daemonSet('corp-network', 'registry.corp/network:1', {
  volumes: [{ name: 'conf', configMap: null, hostPath: '/etc/cni/net.d' }],
})

checkCases(check, {
  fires: [
    { name: 'on a fresh cluster', given: given(), subject: 'cluster', at: 'node1:/etc/cni/net.d' },
    {
      name: 'where the only file on the nodes is none that loads',
      given: given({ ...empty, cniConfig: cniConfig(brokenFile('10-x.conflist')) }),
      subject: 'cluster',
      at: 'node1:/etc/cni/net.d',
    },
    {
      name: 'by the word of the kubelets where nodes were not read',
      given: snapshot({
        nodes: { node1: 'no agent' },
        cluster: { nodes: [apiNode({ conditions: [networkLess] })], pods: [], daemonSets: [], events: [] },
      }),
      subject: 'cluster',
      at: 'Node node1',
    },
    {
      name: 'where pods tell that the plugin is not initialised',
      given: given(
        { cniConfig: cniConfig() },
        { ...ready, events: [sandboxEvent('network is not ready: cni plugin not initialized')] },
      ),
      subject: 'cluster',
      at: 'Event of Pod default/waiting',
    },
  ],
  silent: [
    {
      name: 'where a known CNI has a DaemonSet, whatever its state',
      given: given(empty, { daemonSets: [daemonSet('cilium', 'quay.io/cilium/cilium:v1.17', { ready: 0 })] }),
      answer: 'passed',
    },
    {
      name: 'where an unknown DaemonSet writes CNI files',
      given: given(empty, { daemonSets: [installer] }),
      answer: 'passed',
    },
    {
      name: 'where the nodes bring a network of their own',
      given: given(
        { cniConfig: cniConfig(bridgeFile('10-bridge.conflist', 'net', '10.244.1.0/24')), runtime: runtime() },
        { ...ready, pods: [pod()] },
      ),
      answer: 'passed',
    },
    {
      name: 'where one node lost its file and another has one',
      given: snapshot({
        nodes: {
          node1: empty,
          node2: { cniConfig: cniConfig(bridgeFile('10-bridge.conflist', 'net', '10.244.2.0/24')) },
        },
        cluster: {
          nodes: [apiNode({ conditions: [networkLess] }), apiNode({ name: 'node2' })],
          pods: [],
          daemonSets: [],
          events: [],
        },
      }),
      answer: 'passed',
    },
    {
      name: 'when nodes are ready and were not looked into',
      given: snapshot({ cluster: { ...ready, pods: [pod()], daemonSets: [], events: [] } }),
      answer: 'not-run',
    },
    {
      name: 'when one of them is not ready and the others were not looked into',
      given: snapshot({
        cluster: {
          nodes: [apiNode({ conditions: [networkLess] }), apiNode({ name: 'node2' })],
          pods: [],
          daemonSets: [],
          events: [],
        },
      }),
      answer: 'not-run',
    },
    {
      name: 'when DaemonSets were not read',
      given: given(empty, { daemonSets: unavailable('denied', '') }),
      answer: 'not-run',
    },
  ],
})
