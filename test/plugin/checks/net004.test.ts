import check from '../../../plugin/checks/net/net004-outside-not-reached.ts'
import { checkCases } from '../../support/check-cases.ts'
import { lost, probed, tcpTarget } from '../../support/probe-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const outside = { purpose: 'outside', node: null, label: 'outside', address: '192.0.2.1', port: 443 } as const
const [fromPod, fromNode] = [tcpTarget({ ...outside, pod: 'u1' }), tcpTarget(outside)]
const given = (...probes: ReturnType<typeof probed>[]) => snapshot({ nodes: { node1: { probes } } })

checkCases(check, {
  fires: [
    {
      name: 'when the node gets out and its pods do not',
      given: given(probed(fromPod, lost), probed(fromNode)),
      subject: 'node1',
      at: 'a pod on node1',
    },
    {
      name: 'as an info when the node does not get out either',
      given: given(probed(fromPod, lost), probed(fromNode, lost)),
      subject: 'node1',
      at: 'probe from node1',
      severity: 'info',
    },
  ],
  silent: [
    { name: 'when the pod gets out', given: given(probed(fromPod), probed(fromNode)), answer: 'passed' },
    { name: 'when nothing outside was named', given: given(probed(tcpTarget(), lost)), answer: 'not-applicable' },
  ],
})
