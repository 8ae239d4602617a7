import check from '../../../plugin/checks/rte/rte005-cloud-routes-fail.ts'
import type { ApiNode } from '../../../plugin/cluster/nodes.ts'
import { sandboxEvent } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { routedNode } from '../../support/node-routes.ts'
import { minutesAgo, snapshot } from '../../support/snapshot.ts'

const node = (reason: string, minutes: number, change: Partial<ApiNode> = {}): ApiNode =>
  routedNode(1, {
    conditions: [
      {
        type: 'NetworkUnavailable',
        status: reason === 'NoRouteCreated' ? 'True' : 'False',
        reason,
        message: '',
        since: minutesAgo(minutes),
      },
    ],
    createdAt: minutesAgo(600),
    ...change,
  })
const complaint = (minutes: number) =>
  sandboxEvent('Could not create route: 403 quota of routes exceeded', {
    reason: 'FailedToCreateRoute',
    object: { kind: 'Node', namespace: '', name: 'node1', uid: '' },
    lastSeen: minutesAgo(minutes),
  })

checkCases(check, {
  fires: [
    {
      name: 'where a node waits for its route',
      given: snapshot({ cluster: { nodes: [node('NoRouteCreated', 30)] } }),
      subject: 'node1',
      at: 'NetworkUnavailable',
    },
    {
      name: 'where the controller complains and the node has no condition',
      given: snapshot({
        cluster: { nodes: [routedNode(1, { createdAt: minutesAgo(600) })], events: [complaint(2)] },
      }),
      subject: 'node1',
      at: 'Event of Node node1',
    },
  ],
  silent: [
    {
      name: 'where the route is there',
      given: snapshot({ cluster: { nodes: [node('RouteCreated', 30)] } }),
      answer: 'passed',
    },
    {
      name: 'where the route came after the complaint',
      given: snapshot({ cluster: { nodes: [node('RouteCreated', 5)], events: [complaint(9)] } }),
      answer: 'passed',
    },
    {
      name: 'in the first minutes of a node',
      given: snapshot({ cluster: { nodes: [node('NoRouteCreated', 2, { createdAt: minutesAgo(2) })] } }),
      answer: 'passed',
    },
  ],
})
