import check from '../../../plugin/checks/sys/sys011-tunnel-checksum-broken.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kernelLog, networkCounters, overlay } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const counter = 'Udp.InCsumErrors'
const tunnels = (...overlays: ReturnType<typeof overlay>[]) => ({ overlays, complete: true })
const vxlan = tunnels(overlay('vx1', { kind: 'vxlan', port: 4789 }))
const given = (parts: GivenParts) => snapshot({ nodes: { node1: { overlays: vxlan, ...parts } } })
const message = (port: number) =>
  kernelLog([[2, `UDP: bad checksum. From 192.0.2.1:49431 to 192.0.2.2:${port} ulen 82`]])
const growing = networkCounters({ [counter]: 5 }, { [counter]: 9 })

checkCases(check, {
  fires: [
    {
      name: 'while the counter grows',
      given: given({ networkCounters: growing }),
      subject: 'node1',
      at: '/proc/net/snmp',
    },
    {
      name: 'when the kernel logged the tunnel’s port and there is one sample',
      given: given({ networkCounters: networkCounters({ [counter]: 5 }), kernelLog: message(4789) }),
      subject: 'node1',
      at: 'kernel log',
    },
    {
      name: 'naming the tunnel with the offload',
      given: given({
        networkCounters: growing,
        offloads: { devices: { vx1: ok({ 'tx-checksum-ip-generic': { on: true, fixed: false } }) } },
      }),
      subject: 'node1',
      at: 'ethtool -k vx1',
    },
  ],
  silent: [
    {
      name: 'when the counter stands still',
      given: given({ networkCounters: networkCounters({ [counter]: 5 }, { [counter]: 5 }), kernelLog: message(4789) }),
      answer: 'passed',
    },
    {
      name: 'when the kernel logged another port',
      given: given({ networkCounters: networkCounters({ [counter]: 5 }), kernelLog: message(53) }),
      answer: 'passed',
    },
    {
      name: 'without a tunnel',
      given: given({ overlays: tunnels(), networkCounters: growing }),
      answer: 'not-applicable',
    },
    {
      name: 'when counters were not read',
      given: given({
        networkCounters: {
          protocols: unavailable('denied', ''),
          softnet: unavailable('denied', ''),
          later: unavailable('denied', ''),
        },
      }),
      answer: 'not-run',
    },
  ],
})
