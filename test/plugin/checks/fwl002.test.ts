import check from '../../../plugin/checks/fwl/fwl002-reject-before-pod-accept.ts'
import { checkCases } from '../../support/check-cases.ts'
import { filterTable, podAccept, withNative, withRules } from '../../support/filter-scene.ts'

const reject = '-j REJECT --reject-with icmp-host-prohibited'
const firewalld = { family: 'inet', table: 'firewalld' }
const chain = {
  chain: { ...firewalld, name: 'filter_FORWARD', type: 'filter', hook: 'forward', prio: 10, policy: 'accept' },
}
const state = { match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established', 'related'] } }
const rule = (...expr: readonly object[]) => ({ rule: { ...firewalld, chain: 'filter_FORWARD', handle: 7, expr } })

checkCases(check, {
  fires: [
    {
      name: 'when FORWARD rejects all before pods are accepted',
      given: withRules(filterTable([`-A FORWARD ${reject}`, podAccept])),
      subject: 'node1',
      at: 'chain FORWARD',
    },
    {
      name: 'when INPUT rejects what other nodes need',
      given: withRules(filterTable(['-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', `-A INPUT ${reject}`])),
      subject: 'node1',
      at: 'chain INPUT',
    },
    {
      name: 'when a chain of ufw does',
      given: withRules(
        filterTable([
          ':ufw-reject-forward -',
          '-A FORWARD -j ufw-reject-forward',
          '-A ufw-reject-forward -s 10.0.0.0/8 -j REJECT',
        ]),
      ),
      subject: 'node1',
      at: 'chain ufw-reject-forward',
    },
    {
      name: 'when firewalld does with nf_tables',
      given: withNative(
        { table: { family: 'inet', name: 'firewalld' } },
        chain,
        rule(state, { accept: null }),
        rule({ reject: { type: 'icmpx', expr: 'admin-prohibited' } }),
      ),
      subject: 'node1',
      at: 'nft table inet firewalld',
    },
  ],
  silent: [
    {
      name: 'when pods are accepted before',
      given: withRules(filterTable([podAccept, `-A FORWARD ${reject}`])),
      answer: 'passed',
    },
    {
      name: 'when INPUT accepts what other nodes need',
      given: withRules(
        filterTable([
          '-A INPUT -p tcp -m multiport --dports 22,10250 -j ACCEPT',
          '-A INPUT -p udp -m udp --dport 8472 -j ACCEPT',
          `-A INPUT ${reject}`,
        ]),
      ),
      answer: 'passed',
    },
    { name: 'on a policy, which is another finding', given: withRules(filterTable([], 'DROP')), answer: 'passed' },
  ],
})
