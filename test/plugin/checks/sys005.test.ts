import check from '../../../plugin/checks/sys/sys005-reverse-path-filter-strict.ts'
import { unavailable } from '../../../shared/reading.ts'
import { daemonPod, pod } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kernelLog, networkCounters, sysctls } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const conf = (values: Readonly<Record<string, string>>) =>
  sysctls(
    Object.fromEntries(Object.entries(values).map(([device, value]) => [`net/ipv4/conf/${device}/rp_filter`, value])),
  )
const cilium = daemonPod('quay.io/cilium/cilium:v1.17', 'cilium')
const given = (parts: GivenParts, pods = [pod(), cilium]) => snapshot({ nodes: { node1: parts }, cluster: { pods } })
const strict = conf({ all: '1', cilium_host: '0', eth0: '0' })
const counter = 'TcpExt.IPReversePathFilter'

checkCases(check, {
  fires: [
    {
      name: 'where `all` makes Cilium’s devices strict and packets were lost',
      given: given({ sysctls: strict, networkCounters: networkCounters({ [counter]: 12 }) }),
      subject: 'node1',
      at: 'conf/cilium_host/rp_filter',
    },
    {
      name: 'where the kernel logs martians',
      given: given({
        sysctls: strict,
        kernelLog: kernelLog([[1, 'IPv4: martian source 10.0.0.1 from 10.0.0.2, on dev eth0']]),
      }),
      subject: 'node1',
      at: 'kernel log',
    },
    {
      name: 'with any CNI while the counter grows',
      given: given({ sysctls: strict, networkCounters: networkCounters({ [counter]: 12 }, { [counter]: 15 }) }, [
        pod(),
      ]),
      subject: 'node1',
      at: '/proc/net/netstat',
    },
    {
      name: 'as an info with Cilium while the counter stands still',
      given: given({ sysctls: strict, networkCounters: networkCounters({ [counter]: 12 }, { [counter]: 12 }) }),
      subject: 'node1',
      at: 'conf/eth0/rp_filter',
      severity: 'info',
    },
  ],
  silent: [
    { name: 'where it is loose', given: given({ sysctls: conf({ all: '0', eth0: '2' }) }), answer: 'passed' },
    {
      name: 'where 2 on the device stands above 1 on all',
      given: given({ sysctls: conf({ all: '1', eth0: '2', cilium_host: '2' }) }),
      answer: 'passed',
    },
    {
      name: 'with a CNI that routes symmetrically',
      given: given({ sysctls: strict, networkCounters: networkCounters({ [counter]: 12 }) }, [pod()]),
      answer: 'passed',
    },
    {
      name: 'when it was not read',
      given: given({ sysctls: sysctls({ 'net/ipv4/conf/all/rp_filter': unavailable('denied', '') }) }),
      answer: 'not-run',
    },
    {
      name: 'where neither pods nor counters are known',
      given: snapshot({ nodes: { node1: { sysctls: strict } } }),
      answer: 'not-run',
    },
  ],
})
