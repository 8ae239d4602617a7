import check from '../../../plugin/checks/sys/sys009-kernel-names-network-fault.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kernelLog } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (message: string, minutes = 5) =>
  snapshot({ nodes: { node1: { kernelLog: kernelLog([[minutes, message]]) } } })
const fires = (name: string, message: string) => ({ name, given: given(message), subject: 'node1', at: 'kernel log' })

checkCases(check, {
  fires: [
    fires('on martians', 'IPv4: martian source 192.0.2.1 from 198.51.100.7, on dev ens5'),
    fires('on wrong checksums', 'UDP: bad checksum. From 192.0.2.1:4789 to 192.0.2.2:4789 ulen 100'),
    fires('on a tunnel without its port', 'vxlan: Cannot bind port 4789, err=-98'),
    fires('on a device that stays', 'unregister_netdevice: waiting for veth12 to become free. Usage count = 1'),
    fires('on a card that stopped', 'NETDEV WATCHDOG: ens5 (igb): transmit queue 0 timed out'),
  ],
  silent: [
    { name: 'on other messages', given: given('eth0: link becomes ready'), answer: 'passed' },
    { name: 'on one of hours ago', given: given('vxlan: Cannot bind port 4789, err=-98', 200), answer: 'passed' },
    {
      name: 'when the log was not read',
      given: snapshot({ nodes: { node1: { kernelLog: unavailable('denied', '') } } }),
      answer: 'not-run',
    },
  ],
})
