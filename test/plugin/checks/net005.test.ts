import check from '../../../plugin/checks/net/net005-large-packets-vanish.ts'
import type { ProbeAnswer, ProbeResult } from '../../../shared/protocol/probes.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { link, links, route, routes } from '../../support/host-objects.ts'
import { routedNode } from '../../support/node-routes.ts'
import { dnsTarget, lost, probed, tcpTarget } from '../../support/probe-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const dnsPod = (kind: 'dns-tcp' | 'dns-tcp-large', n: number) =>
  dnsTarget({
    kind,
    purpose: 'dns-pod',
    node: `node${n}`,
    address: `10.244.${n}.53`,
    label: `Pod kube-system/coredns-${n} on node${n}`,
  })
const answered = { dns: { rcode: 0, answers: 1 } }
const twice = { ...lost, tries: 2 }
/** The answers of the DNS pod on `node<n>` to both sizes. */
const both = (n: number, large: Partial<ProbeAnswer>, small: Partial<ProbeAnswer> = answered): ProbeResult[] => [
  probed(dnsPod('dns-tcp', n), small),
  probed(dnsPod('dns-tcp-large', n), large),
]
const given = (probes: ProbeResult[]) => snapshot({ nodes: { node1: { probes } } })
const uplink = (n: number, mtu: number) => ({
  links: links(link('eth0', [`192.0.2.${n}/24`], { mtu }), link('veth1', [], { mtu: 1500, kind: 'veth' })),
  routes: routes(route('0.0.0.0/0', 'eth0')),
})

checkCases(check, {
  fires: [
    { name: 'between two nodes', given: given(both(2, twice)), subject: 'cluster', at: 'coredns-2 on node2' },
    {
      name: 'with the MTUs at both ends',
      given: snapshot({
        cluster: { nodes: [1, 2].map(n => routedNode(n)) },
        nodes: { node1: { probes: both(2, twice), ...uplink(1, 1500) }, node2: { probes: [], ...uplink(2, 1400) } },
      }),
      subject: 'cluster',
      at: 'node2:/sys/class/net/eth0/mtu',
    },
    {
      name: 'about the node that lost packets have in common',
      given: snapshot({
        nodes: {
          node1: { probes: [...both(2, twice), ...both(3, answered)] },
          node3: { probes: both(2, twice) },
        },
      }),
      subject: 'node2',
      at: 'a pod on node3',
    },
    {
      name: 'where the server does not understand the large one elsewhere',
      given: given([...both(2, twice), ...both(3, { dns: { rcode: 1, answers: 0 } })]),
      subject: 'cluster',
      at: 'coredns-2',
    },
  ],
  silent: [
    { name: 'when both sizes are answered', given: given(both(2, answered)), answer: 'passed' },
    {
      name: 'when the large one is answered with an error',
      given: given(both(2, { dns: { rcode: 1, answers: 0 } })),
      answer: 'passed',
    },
    { name: 'when neither size is answered', given: given(both(2, twice, lost)), answer: 'not-run' },
    { name: 'when the large one was lost once', given: given(both(2, lost)), answer: 'not-run' },
    { name: 'when the large one is refused', given: given(both(2, { outcome: 'refused' })), answer: 'not-run' },
    {
      name: 'when the connection of the large one was reset',
      given: given(both(2, { outcome: 'failed', detail: 'read ECONNRESET' })),
      answer: 'not-run',
    },
    {
      name: 'when the time was over before the large one',
      given: given(both(2, { outcome: 'untried', tries: 0 })),
      answer: 'not-run',
    },
    {
      name: 'when the namespace of the pod was not entered',
      given: given(both(2, twice).map(({ target }) => ({ target, answer: unavailable('denied', 'not permitted') }))),
      answer: 'not-run',
    },
    { name: 'when only one size was asked', given: given(both(2, twice).slice(1)), answer: 'not-run' },
    { name: 'when no DNS pod is on another node', given: given([probed(tcpTarget(), lost)]), answer: 'not-applicable' },
    { name: 'when nothing was probed', given: snapshot({ nodes: { node1: {} } }), answer: 'not-applicable' },
  ],
})
