import check from '../../../plugin/checks/fwl/fwl004-foreign-rule-blocks-traffic.ts'
import { endpoint, slice } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { filterTable, withNative, withRules } from '../../support/filter-scene.ts'

const raw = (rule: string) => `*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING ${rule}\nCOMMIT\n${filterTable([])}`
const guard = { family: 'ip', table: 'guard' }
const drop = (left: object, right: unknown) => [
  { table: { family: 'ip', name: 'guard' } },
  { chain: { ...guard, name: 'pre', type: 'filter', hook: 'prerouting', prio: -300, policy: 'accept' } },
  { rule: { ...guard, chain: 'pre', handle: 4, expr: [{ match: { op: '==', left, right } }, { drop: null }] } },
]
const ingress = (dev: string) => [
  { table: { family: 'netdev', name: 'guard' } },
  {
    chain: {
      family: 'netdev',
      table: 'guard',
      name: 'in',
      dev,
      type: 'filter',
      hook: 'ingress',
      prio: 0,
      policy: 'accept',
    },
  },
  {
    rule: {
      family: 'netdev',
      table: 'guard',
      chain: 'in',
      handle: 2,
      expr: [{ match: { op: '==', left: saddr, right: { prefix: { addr: '10.244.0.0', len: 16 } } } }, { drop: null }],
    },
  },
]
const saddr = { payload: { protocol: 'ip', field: 'saddr' } }
const daddr = { payload: { protocol: 'ip', field: 'daddr' } }

checkCases(check, {
  fires: [
    {
      name: 'on packets to the pod network in raw',
      given: withRules(raw('-d 10.244.0.0/16 -i flannel.1 -j DROP')),
      subject: 'node1',
      at: '-t raw',
    },
    {
      name: 'on packets of pods to the API server’s own address',
      given: withRules(
        filterTable(['-A FORWARD -s 10.244.1.0/24 -d 192.168.0.9/32 -p tcp -m tcp --dport 6443 -j DROP']),
      ),
      subject: 'node1',
      at: 'chain FORWARD',
    },
    {
      name: 'by chance, on a part of all packets',
      given: withRules(filterTable(['-A FORWARD -m statistic --mode random --probability 0.3 -j DROP'])),
      subject: 'node1',
      at: 'chain FORWARD',
    },
    {
      name: 'on the DNS',
      given: withRules(filterTable(['-A FORWARD -p udp -m udp --dport 53 -j REJECT'])),
      subject: 'node1',
      at: 'chain FORWARD',
    },
    {
      name: 'on the address of a service before it is translated',
      given: withRules(raw('-d 10.96.0.0/12 -j DROP')),
      subject: 'node1',
      at: '-t raw',
    },
    {
      name: 'on one port that a service leads to',
      given: withRules(filterTable(['-A FORWARD -p tcp -m tcp --dport 8443 -j DROP']), {
        endpointSlices: [
          slice({
            ports: [{ name: '', port: 8443, protocol: 'TCP' }],
            endpoints: [endpoint({ addresses: ['10.244.2.2'], node: 'node2' })],
          }),
        ],
      }),
      subject: 'node1',
      at: 'chain FORWARD',
    },
    {
      name: 'on the port of the overlay',
      given: withRules(filterTable(['-A INPUT -p udp -m udp --dport 8472 -j DROP'])),
      subject: 'node1',
      at: 'chain INPUT',
    },
    {
      name: 'on the kubelet, by the policy of INPUT',
      given: withRules(filterTable(['-A INPUT -p udp -j ACCEPT']).replace(':INPUT ACCEPT', ':INPUT DROP')),
      subject: 'node1',
      at: 'chain INPUT',
    },
    {
      name: 'in native nf_tables, of a network',
      given: withNative(...drop(daddr, { prefix: { addr: '10.244.0.0', len: 16 } })),
      subject: 'node1',
      at: 'nft table ip guard',
    },
    {
      name: 'where a device hands packets over',
      given: withNative(...ingress('flannel.1')),
      subject: 'node1',
      at: 'nft table netdev guard',
    },
    {
      name: 'as a warning where only the outside is out of reach',
      given: withRules(filterTable(['-A FORWARD -s 10.244.0.0/16 -o eth0 ! -d 192.168.0.0/24 -j DROP'])),
      subject: 'node1',
      at: 'chain FORWARD',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'where it is another device that does', given: withNative(...ingress('eth9')), answer: 'passed' },
    { name: 'on rules of kube-proxy', given: withRules(filterTable([])), answer: 'passed' },
    {
      name: 'on a service without endpoints',
      given: withRules(
        filterTable([':KUBE-SERVICES -', '-A FORWARD -j KUBE-SERVICES', '-A KUBE-SERVICES -d 10.244.2.2/32 -j REJECT']),
      ),
      answer: 'passed',
    },
    {
      name: 'on what a network policy forbids',
      given: withRules(
        filterTable([
          ':cali-tw-a -',
          '-A FORWARD -o cni0 -j cali-tw-a',
          '-A cali-tw-a -m comment --comment "cali:x" -j DROP',
        ]),
      ),
      answer: 'passed',
    },
    {
      name: 'on addresses that are not the cluster’s',
      given: withRules(raw('-s 203.0.113.0/24 -j DROP')),
      answer: 'passed',
    },
    {
      name: 'on a rule of which nobody knows when it holds',
      given: withRules(raw('-m recent --rcheck --name bad -j DROP')),
      answer: 'not-run',
    },
  ],
})
