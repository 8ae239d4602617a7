import check from '../../../plugin/checks/fwl/fwl001-forward-drops-pod-traffic.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { filterScene, filterTable, iptables, podAccept, withNative, withRules } from '../../support/filter-scene.ts'

const chain = (policy: string) => ({
  chain: { ...table, name: 'forward', type: 'filter', hook: 'forward', prio: 0, policy },
})
const table = { family: 'inet', table: 'filter' }
const native = { table: { family: 'inet', name: 'filter' } }
const ofPods = { match: { op: '==', left: { meta: { key: 'iifname' } }, right: { set: ['cni0', 'flannel.1'] } } }
const accept = { rule: { ...table, chain: 'forward', expr: [ofPods, { accept: null }] } }

checkCases(check, {
  fires: [
    {
      name: 'when the policy is DROP and nothing accepts pods',
      given: withRules(filterTable([], 'DROP')),
      subject: 'node1',
      at: 'chain FORWARD',
    },
    {
      name: 'when only packets to pods are accepted, not those from them',
      given: withRules(filterTable(['-A FORWARD -d 10.244.1.0/24 -j ACCEPT'], 'DROP')),
      subject: 'node1',
      at: 'chain FORWARD',
    },
    {
      name: 'when it is the older kind that drops',
      given: filterScene({
        iptables: iptables({ nft: filterTable([podAccept]), legacy: '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n' }),
      }),
      subject: 'node1',
      at: 'iptables-legacy',
    },
    {
      name: 'when native nf_tables drop',
      given: withNative(native, chain('drop')),
      subject: 'node1',
      at: 'nft table inet filter',
    },
  ],
  silent: [
    { name: 'on a policy of ACCEPT', given: withRules(filterTable([])), answer: 'passed' },
    {
      name: 'on DROP with rules that accept pods',
      given: withRules(filterTable([podAccept], 'DROP')),
      answer: 'passed',
    },
    {
      name: 'on native nf_tables that accept pods',
      given: withNative(native, chain('drop'), accept),
      answer: 'passed',
    },
    {
      name: 'on a rule, which is another finding',
      given: withRules(filterTable(['-A FORWARD -j REJECT'], 'DROP')),
      answer: 'passed',
    },
    {
      name: 'on a node without pods',
      given: filterScene({ iptables: iptables({ nft: filterTable([], 'DROP') }) }, { pods: [] }),
      answer: 'not-applicable',
    },
    {
      name: 'where rules were not read',
      given: filterScene({ iptables: unavailable('denied', 'no right') }),
      answer: 'not-run',
    },
    {
      name: 'where a match cannot be told',
      given: withRules(filterTable(['-A FORWARD -m recent --rcheck -j ACCEPT'], 'DROP')),
      answer: 'not-run',
    },
  ],
})
