import check from '../../../plugin/checks/ctk/ctk003-masquerade-without-random-ports.ts'
import { checkCases } from '../../support/check-cases.ts'
import { filterScene, iptables } from '../../support/filter-scene.ts'
import { conntrack } from '../../support/host-objects.ts'

const rules = (rule: string) => iptables({ nft: `*nat\n:POSTROUTING ACCEPT\n-A POSTROUTING ${rule}\nCOMMIT\n` })
const plain = '-s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE'
const counters = { insert_failed: 4, clashres: 0, drop: 4 }
const growing = conntrack(counters, { insert_failed: 9, clashres: 0, drop: 9 })

checkCases(check, {
  fires: [
    {
      name: 'when insertions fail',
      given: filterScene({ iptables: rules(plain), conntrack: growing }),
      subject: 'node1',
      at: 'nf_conntrack',
    },
    {
      name: 'as a remark when none does',
      given: filterScene({ iptables: rules(plain), conntrack: conntrack(counters, counters) }),
      subject: 'node1',
      at: 'POSTROUTING',
      severity: 'info',
    },
  ],
  silent: [
    {
      name: 'on random ports',
      given: filterScene({ iptables: rules(`${plain} --random-fully`), conntrack: growing }),
      answer: 'passed',
    },
    {
      name: 'where no insertion has ever failed',
      given: filterScene({ iptables: rules(plain), conntrack: conntrack({ insert_failed: 0 }, { insert_failed: 0 }) }),
      answer: 'passed',
    },
    {
      name: 'on another network',
      given: filterScene({ iptables: rules('-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE'), conntrack: growing }),
      answer: 'passed',
    },
  ],
})
