import check from '../../../plugin/checks/fwl/fwl003-backends-contradict.ts'
import { checkCases } from '../../support/check-cases.ts'
import { filterScene, filterTable, iptables, podAccept, withRules } from '../../support/filter-scene.ts'

const both = (nft: string, legacy: string) => filterScene({ iptables: iptables({ nft, legacy }) })
const accepting = filterTable([podAccept], 'DROP')
const services = `*nat
:PREROUTING ACCEPT
:KUBE-SEP-A -
-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.2.2:80
COMMIT
`

checkCases(check, {
  fires: [
    {
      name: 'when one kind accepts what the other one drops',
      given: both(accepting, '*filter\n:FORWARD DROP\nCOMMIT\n'),
      subject: 'node1',
      at: 'iptables-legacy',
    },
    {
      name: 'when the older kind accepts what the newer one drops',
      given: both('*filter\n:FORWARD ACCEPT\n-A FORWARD -s 10.244.0.0/16 -j REJECT\nCOMMIT\n', accepting),
      subject: 'node1',
      at: 'iptables-nft',
    },
    { name: 'when both lead services to endpoints', given: both(services, services), subject: 'node1', at: '-t nat' },
  ],
  silent: [
    { name: 'on one kind alone', given: withRules(accepting), answer: 'passed' },
    {
      name: 'on signs of life and empty tables beside it',
      given: both(
        accepting,
        '*mangle\n:FORWARD ACCEPT\n:KUBE-KUBELET-CANARY -\nCOMMIT\n*filter\n:FORWARD ACCEPT\nCOMMIT\n',
      ),
      answer: 'passed',
    },
  ],
})
