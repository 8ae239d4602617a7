import check from '../../../plugin/checks/net/net001-node-unreachable-from-node.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { lost, probed, tcpTarget } from '../../support/probe-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const to = (node: string) => tcpTarget({ node, label: node })
const podOn = (node: string) => tcpTarget({ node, purpose: 'pod', pod: 'u1', port: 80 })
const fine = { probes: [probed(to('node2'))] }

checkCases(check, {
  fires: [
    {
      name: 'about the node that all lost paths share',
      given: snapshot({
        nodes: {
          node1: { probes: [probed(to('node2')), probed(to('node3'), lost)] },
          node2: { probes: [probed(to('node1')), probed(to('node3'), lost)] },
        },
      }),
      subject: 'node3',
      at: 'probe from node1 to node3',
    },
    {
      name: 'about the cluster where either end of the only path may be at fault',
      given: snapshot({ nodes: { node1: { probes: [probed(to('node2'), { outcome: 'unreachable' })] } } }),
      subject: 'cluster',
      at: 'probe from node1 to node2',
    },
    {
      name: 'as an info where pods of the two nodes reach each other',
      given: snapshot({ nodes: { node1: { probes: [probed(to('node2'), lost), probed(podOn('node2'))] } } }),
      subject: 'cluster',
      at: 'probe from node1 to node2',
      severity: 'info',
    },
  ],
  silent: [
    { name: 'when every node answers', given: snapshot({ nodes: { node1: fine } }), answer: 'passed' },
    {
      name: 'when the node is there and its kubelet does not listen',
      given: snapshot({ nodes: { node1: { probes: [probed(to('node2'), { outcome: 'refused' })] } } }),
      answer: 'passed',
    },
    { name: 'when nobody asked for probes', given: snapshot({ nodes: { node1: {} } }), answer: 'not-applicable' },
    {
      name: 'when one node could not ask',
      given: snapshot({ nodes: { node1: fine, node2: { probes: unavailable('timeout', 'too slow') } } }),
      answer: 'not-run',
    },
    {
      name: 'when the time was over before the question',
      given: snapshot({ nodes: { node1: { probes: [probed(to('node2'), { outcome: 'untried' })] } } }),
      answer: 'not-run',
    },
  ],
})
