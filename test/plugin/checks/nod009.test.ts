import check from '../../../plugin/checks/nod/nod009-required-port-blocked-or-taken.ts'
import type { Sockets } from '../../../shared/node/sockets.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { containerLog, crashing, daemonPod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { filterScene, filterTable, iptables } from '../../support/filter-scene.ts'
import { sysctls } from '../../support/host-objects.ts'

type Listener = Sockets['listeners'][number]
const listener = (protocol: 'tcp' | 'udp', port: number, name: string | null, address = '0.0.0.0'): Listener => ({
  protocol,
  family: 4,
  address,
  port,
  uid: 0,
  owner: name === null ? unavailable('missing', 'the kernel') : ok({ pid: 7, name }),
})
const given = (rules: readonly string[], ...listeners: Listener[]) =>
  filterScene({ iptables: iptables({ nft: filterTable(rules) }), sockets: { listeners, complete: true } })
const healthy = [listener('tcp', 10_250, 'kubelet'), listener('udp', 8472, null)]

const weave = (change: Parameters<typeof daemonPod>[2]) => daemonPod('weaveworks/weave-kube:2.8.1', 'weave-net', change)
const refused = (change: Parameters<typeof daemonPod>[2], line: string) =>
  filterScene(
    {
      iptables: iptables({ nft: filterTable([]) }),
      sockets: { listeners: healthy, complete: true },
      sysctls: sysctls({ 'net/ipv4/ip_local_port_range': '1024\t65535' }),
    },
    { pods: [weave(change)], componentLogs: [containerLog('weave-net', line)] },
  )
const panic = 'panic: listen tcp :6783: bind: address already in use'

checkCases(check, {
  fires: [
    {
      name: 'when an agent that does not start says that its port is taken',
      given: refused(crashing('weave-net'), panic),
      subject: 'node1',
      at: 'Pod kube-system/weave-net-x',
      severity: 'error',
    },
    {
      name: 'and tells that outgoing connections may have it',
      given: refused(crashing('weave-net'), panic),
      subject: 'node1',
      at: 'ip_local_port_range',
      severity: 'error',
    },
    {
      name: 'when the kubelet’s port is closed',
      given: given(['-A INPUT -p tcp -m tcp --dport 10250 -j REJECT'], ...healthy),
      subject: 'node1',
      at: 'chain INPUT',
    },
    {
      name: 'when another program holds the kubelet’s port',
      given: given([], listener('tcp', 10_250, 'nginx')),
      subject: 'node1',
      at: 'sockets',
    },
    {
      name: 'when a program holds the port of the overlay',
      given: given([], listener('udp', 8472, 'python3')),
      subject: 'node1',
      at: 'sockets',
    },
  ],
  silent: [
    { name: 'when the agent has it by now', given: refused({}, panic), answer: 'passed' },
    { name: 'when the right programs listen', given: given([], ...healthy), answer: 'passed' },
    {
      name: 'on loopback',
      given: given([], ...healthy, listener('udp', 8472, 'python3', '127.0.0.1')),
      answer: 'passed',
    },
    {
      name: 'on ports that nobody needs',
      given: given(['-A INPUT -p tcp -m tcp --dport 5000 -j DROP'], ...healthy),
      answer: 'passed',
    },
    {
      name: 'where sockets were not read',
      given: filterScene({ iptables: iptables({ nft: filterTable([]) }) }),
      answer: 'not-run',
    },
  ],
})
