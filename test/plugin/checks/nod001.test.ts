import check from '../../../plugin/checks/nod/nod001-node-not-ready.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode, condition } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const given = (...conditions: ReturnType<typeof condition>[]) =>
  snapshot({ cluster: { nodes: [apiNode({ conditions })] } })
const noRoute = (since: string) =>
  condition({
    type: 'NetworkUnavailable',
    status: 'True',
    reason: 'NoRouteCreated',
    message: 'Node created without a route',
    since,
  })
const message =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

checkCases(check, {
  fires: [
    {
      name: 'on a Node whose runtime has no network',
      given: given(condition({ status: 'False', message })),
      subject: 'node1',
      at: 'Node node1',
    },
    {
      name: 'as a warning on a Node that waits for its route for long',
      given: given(condition(), noRoute(minutesAgo(60))),
      subject: 'node1',
      at: 'Node node1',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on a ready Node', given: given(condition()), answer: 'passed' },
    { name: 'on a Node in its first minutes', given: given(condition(), noRoute(minutesAgo(3))), answer: 'passed' },
    {
      name: 'on a Node that is not ready for another reason',
      given: given(condition({ status: 'False', message: 'PLEG is not healthy' })),
      answer: 'passed',
    },
    {
      name: 'on a Node that is silent, which another check judges',
      given: given(condition({ status: 'Unknown' })),
      answer: 'passed',
    },
    {
      name: 'when Nodes were not read',
      given: snapshot({ cluster: { nodes: unavailable('denied', '') } }),
      answer: 'not-run',
    },
  ],
})
