import check from '../../../plugin/checks/rte/rte009-node-without-pod-range.ts'
import { configMap, containerSpec, daemonPod, pod, sandboxEvent } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { routedNode } from '../../support/node-routes.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const bare = (minutes: number) => routedNode(2, { podCIDRs: [], createdAt: minutesAgo(minutes) })
const flannel = (...command: string[]) =>
  daemonPod('flannel/flannel:v0.25', 'kube-flannel-ds', {
    specs: [containerSpec({ name: 'kube-flannel', image: 'flannel/flannel:v0.25', command })],
  })
const refusal = sandboxEvent('Node node2 status is now: CIDRNotAvailable', {
  reason: 'CIDRNotAvailable',
  object: { kind: 'Node', namespace: '', name: 'node2', uid: '' },
})

const ciliumWith = (ipam: string) => ({
  nodes: [routedNode(1), bare(60)],
  pods: [daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')],
  events: [],
  configMaps: [configMap('cilium-config', { ipam })],
})

checkCases(check, {
  fires: [
    {
      name: 'where Cilium takes its range from the Node',
      given: snapshot({ cluster: ciliumWith('kubernetes') }),
      subject: 'node2',
      at: 'spec.podCIDRs',
    },
    {
      name: 'where flannel takes its range from the Node',
      given: snapshot({ cluster: { nodes: [routedNode(1), bare(60)], pods: [flannel('--kube-subnet-mgr')] } }),
      subject: 'node2',
      at: 'spec.podCIDRs',
    },
    {
      name: 'where no range is left',
      given: snapshot({ cluster: { nodes: [routedNode(1), bare(60)], pods: [pod()], events: [refusal] } }),
      subject: 'node2',
      at: 'Event of Node node2',
    },
  ],
  silent: [
    {
      name: 'where Cilium gives ranges itself',
      given: snapshot({ cluster: ciliumWith('cluster-pool') }),
      answer: 'passed',
    },
    {
      name: 'where flannel keeps its ranges elsewhere',
      given: snapshot({
        cluster: { nodes: [routedNode(1), bare(60)], pods: [flannel('--etcd-prefix=/x')], events: [] },
      }),
      answer: 'passed',
    },
    {
      name: 'where every node has a range',
      given: snapshot({ cluster: { nodes: [routedNode(1)], pods: [flannel('--kube-subnet-mgr')] } }),
      answer: 'passed',
    },
    {
      name: 'in the first minutes of a node',
      given: snapshot({ cluster: { nodes: [routedNode(1), bare(1)], pods: [flannel('--kube-subnet-mgr')] } }),
      answer: 'passed',
    },
  ],
})
