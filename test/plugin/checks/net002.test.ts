import check from '../../../plugin/checks/net/net002-pod-path-between-nodes.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { lost, probed, tcpTarget } from '../../support/probe-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const pod = (node: string) => tcpTarget({ purpose: 'pod', node, label: `Pod shop/web on ${node}`, pod: 'u1', port: 80 })

checkCases(check, {
  fires: [
    {
      name: 'about the node that lost paths share in both directions',
      given: snapshot({
        nodes: {
          node1: { probes: [probed(pod('node2'), lost), probed(pod('node3'), lost)] },
          node2: { probes: [probed(pod('node1'), lost), probed(pod('node3'))] },
        },
      }),
      subject: 'node1',
      at: 'a pod on node2 to Pod shop/web on node1',
    },
  ],
  silent: [
    {
      name: 'when the pod is reached and refuses',
      given: snapshot({ nodes: { node1: { probes: [probed(pod('node2'), { outcome: 'refused' })] } } }),
      answer: 'passed',
    },
    {
      name: 'when only the kubelet of the other node is out of reach',
      given: snapshot({ nodes: { node1: { probes: [probed(tcpTarget(), lost), probed(pod('node2'))] } } }),
      answer: 'passed',
    },
    {
      name: 'when the namespace of the pod was not entered',
      given: snapshot({
        nodes: { node1: { probes: [{ target: pod('node2'), answer: unavailable('denied', 'not permitted') }] } },
      }),
      answer: 'not-run',
    },
    {
      name: 'when no node has a pod to ask from',
      given: snapshot({ nodes: { node1: { probes: [probed(tcpTarget())] } } }),
      answer: 'not-applicable',
    },
  ],
})
