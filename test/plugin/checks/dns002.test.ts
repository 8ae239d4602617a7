import check from '../../../plugin/checks/dns/dns002-coredns-waits-for-network.ts'
import { apiNode, condition, sandboxEvent, waitingPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { coreDnsPod, dnsSnapshot } from '../../support/dns-objects.ts'

const labels = { 'k8s-app': 'kube-dns' }
const waiting = waitingPod({ namespace: 'kube-system', name: 'coredns-x', labels })
const unscheduled = waitingPod({ namespace: 'kube-system', name: 'coredns-x', labels, node: null })
const lacking = apiNode({
  conditions: [
    condition({
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady',
    }),
  ],
})
const event = sandboxEvent(
  'plugin type="flannel" failed (add): open /run/flannel/subnet.env: no such file or directory',
  {
    object: { kind: 'Pod', namespace: 'kube-system', name: 'coredns-x', uid: '' },
  },
)

checkCases(check, {
  fires: [
    {
      name: 'while no node has a network',
      given: dnsSnapshot({ pods: [unscheduled], cluster: { nodes: [lacking] } }),
      subject: 'kube-system/kube-dns',
      at: 'coredns-x',
    },
    {
      name: 'on a sandbox that gets no network',
      given: dnsSnapshot({ pods: [waiting], cluster: { nodes: [apiNode()], events: [event] } }),
      subject: 'kube-system/kube-dns',
      at: 'Event',
    },
    {
      name: 'as a warning while another pod is ready',
      given: dnsSnapshot({
        pods: [waiting, coreDnsPod({ name: 'coredns-y' })],
        cluster: { nodes: [apiNode()], events: [event] },
      }),
      subject: 'kube-system/kube-dns',
      at: 'Event',
      severity: 'warning',
    },
  ],
  silent: [
    {
      name: 'on a pod that waits for something else',
      given: dnsSnapshot({ pods: [unscheduled], cluster: { nodes: [apiNode()] } }),
      answer: 'passed',
    },
    {
      name: 'while another node has a network',
      given: dnsSnapshot({ pods: [unscheduled], cluster: { nodes: [lacking, apiNode({ name: 'node2' })] } }),
      answer: 'passed',
    },
  ],
})
