import check from '../../../plugin/checks/pod/pod006-host-port-taken.ts'
import { containerPort, containerSpec, pod, podCondition } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const specs = [containerSpec({ ports: [containerPort(8080, { hostPort: 8099 })] })]
const holder = pod({ name: 'first', node: 'node1', specs })
const pending = (message: string) =>
  pod({
    ...{ name: 'second', node: null, phase: 'Pending', ips: [], specs },
    conditions: [podCondition('PodScheduled', { status: 'False', reason: 'Unschedulable', message })],
  })
const given = (...pods: ReturnType<typeof pod>[]) => snapshot({ cluster: { pods } })
const taken =
  "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't match Pod's node affinity/selector."

checkCases(check, {
  fires: [
    {
      name: 'where the scheduler finds none',
      given: given(holder, pending(taken)),
      subject: 'default/second',
      at: 'first on node1',
    },
    {
      name: 'where the kubelet refuses',
      given: given(holder, pod({ name: 'second', phase: 'Failed', reason: 'NodePorts', specs })),
      subject: 'default/second',
      at: 'second',
    },
  ],
  silent: [
    {
      name: 'where something else is lacking',
      given: given(holder, pending('0/3 nodes are available: 3 Insufficient cpu.')),
      answer: 'passed',
    },
    { name: 'where both run', given: given(holder, pod({ name: 'other', node: 'node2', specs })), answer: 'passed' },
  ],
})
