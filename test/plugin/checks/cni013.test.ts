import check from '../../../plugin/checks/cni/cni013-calico-bgp-down.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode, condition, daemonPod, sandboxEvent } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const image = 'docker.io/calico/node:v3.29'
const node = (number: number, detected = `192.0.2.${number}`, change: Parameters<typeof apiNode>[0] = {}) =>
  apiNode({
    name: `node${number}`,
    addresses: [{ type: 'InternalIP', address: `192.0.2.${number}` }],
    annotations: { 'projectcalico.org/IPv4Address': `${detected}/24` },
    ...change,
  })
const calico = (number: number, change: Parameters<typeof daemonPod>[2] = {}) =>
  daemonPod(image, 'calico-node', {
    name: `calico-node-${number}`,
    node: `node${number}`,
    ready: false,
    containers: [],
    ...change,
  })
const report = (number: number, peers: string, minutes = 1) =>
  sandboxEvent(
    `Readiness probe failed: calico/node is not ready: BIRD is not ready: BGP not established with ${peers}`,
    {
      reason: 'Unhealthy',
      object: { kind: 'Pod', namespace: 'kube-system', name: `calico-node-${number}`, uid: '' },
      lastSeen: minutesAgo(minutes),
    },
  )
const given = (cluster: GivenCluster, nodes: Readonly<Record<string, GivenParts>> = {}) =>
  snapshot({
    nodes,
    cluster: { nodes: [node(1), node(2)], pods: [calico(1), calico(2)], events: [], ...cluster },
  })
const both = [report(1, '192.0.2.2'), report(2, '192.0.2.1')]
const listener = (name: string): GivenParts => ({
  sockets: {
    complete: true,
    listeners: [{ protocol: 'tcp', family: 4, address: '0.0.0.0', port: 179, uid: 0, owner: ok({ pid: 7, name }) }],
  },
})

checkCases(check, {
  fires: [
    { name: 'on a node that lacks sessions', given: given({ events: both }), subject: 'node1', at: 'Event of Pod' },
    {
      name: 'on the node that detected the wrong address',
      given: given({ nodes: [node(1), node(2, '10.0.2.15')], events: [report(1, '10.0.2.15')] }),
      subject: 'node2',
      at: 'projectcalico.org/IPv4Address',
    },
    {
      name: 'on the node whose port another program has',
      given: given({ events: both }, { node2: listener('gobgpd') }),
      subject: 'node2',
      at: 'TCP 179',
    },
    {
      name: 'on the node that all others miss',
      given: given({
        nodes: [node(1), node(2), node(3)],
        pods: [calico(1), calico(2), calico(3)],
        events: [report(1, '192.0.2.3'), report(2, '192.0.2.3'), report(3, '192.0.2.1,192.0.2.2')],
      }),
      subject: 'node3',
      at: 'calico-node-3',
    },
  ],
  silent: [
    {
      name: 'where calico-node is ready again',
      given: given({ pods: [calico(1, { ready: true }), calico(2, { ready: true })], events: both }),
      answer: 'passed',
    },
    {
      name: 'in the first two minutes',
      given: given({ pods: [calico(1, { createdAt: minutesAgo(1) })], events: [report(1, '192.0.2.2')] }),
      answer: 'passed',
    },
    {
      name: 'where the peer is down',
      given: given({
        nodes: [node(1), node(2, undefined, { conditions: [condition({ status: 'Unknown' })] })],
        events: [report(1, '192.0.2.2')],
      }),
      answer: 'passed',
    },
    {
      name: 'where bird has not started, which is not about sessions',
      given: given({
        events: [
          {
            ...report(1, ''),
            message: 'BIRD is not ready: Error querying BIRD: unable to connect to BIRDv4 socket: connection refused',
          },
        ],
      }),
      answer: 'passed',
    },
    { name: 'where Calico does not run', given: given({ pods: [] }), answer: 'not-applicable' },
    { name: 'when events were not read', given: given({ events: unavailable('denied', '') }), answer: 'not-run' },
  ],
})
