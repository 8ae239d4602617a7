import check from '../../../plugin/checks/sys/sys010-setting-differs.ts'
import { unavailable } from '../../../shared/reading.ts'
import { apiNode } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { sysctls } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const forwarding = (value: string): GivenParts => ({ sysctls: sysctls({ 'net/ipv4/ip_forward': value }) })
const given = (nodes: Record<string, GivenParts>, labels: (name: string) => Record<string, string> = () => ({})) =>
  snapshot({ cluster: { nodes: Object.keys(nodes).map(name => apiNode({ name, labels: labels(name) })) }, nodes })

checkCases(check, {
  fires: [
    {
      name: 'where one node of three has another setting',
      given: given({ node1: forwarding('1'), node2: forwarding('0'), node3: forwarding('1') }),
      subject: 'node2',
      at: 'net/ipv4/ip_forward',
    },
    {
      name: 'where one node lacks a module',
      given: given({
        node1: { ...forwarding('1'), modules: { states: { br_netfilter: 'absent' } } },
        node2: { ...forwarding('1'), modules: { states: { br_netfilter: 'present' } } },
        node3: { ...forwarding('1'), modules: { states: { br_netfilter: 'present' } } },
      }),
      subject: 'node1',
      at: 'module br_netfilter',
    },
  ],
  silent: [
    {
      name: 'where all are alike',
      given: given({ node1: forwarding('1'), node2: forwarding('1'), node3: forwarding('1') }),
      answer: 'passed',
    },
    {
      name: 'where the odd one is of another pool',
      given: given({ node1: forwarding('1'), node2: forwarding('0'), node3: forwarding('1') }, name => ({
        agentpool: name === 'node2' ? 'edge' : 'general',
      })),
      answer: 'passed',
    },
    {
      name: 'with two nodes, which have no majority',
      given: given({ node1: forwarding('1'), node2: forwarding('0') }),
      answer: 'not-applicable',
    },
    {
      name: 'of a node whose settings were not read',
      given: given({
        node1: forwarding('1'),
        node2: { sysctls: unavailable('denied', '') },
        node3: forwarding('1'),
      }),
      answer: 'not-run',
    },
  ],
})
