import type { Overlay } from '../../../shared/formats/ip-tunnel.ts'
import type { Offloads } from '../../../shared/node/offloads.ts'
import { isOk, ok, type Reading } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, quote } from '../../model/command.ts'
import { describeCounter, type ProtocolCounter, protocolCounter } from '../../model/counters.ts'
import { recentMessages } from '../../model/kernel-messages.ts'

const counter = 'Udp.InCsumErrors'
/** Features that let the kernel or the card write the checksum of what a tunnel carries. */
const features = ['tx-checksum-ip-generic', 'tx-udp_tnl-csum-segmentation']

export default nodeCheck({
  code: 'SYS011',
  severity: 'error',
  title: 'Tunnel checksums broken',
  explains: ['NET002', 'NET003'],
  needs: ['overlays', 'networkCounters'],
  wants: ['offloads', 'kernelLog', 'kernel'],
  decisive: ['kernelLog'],
  run: ({ node, parts: { overlays, networkCounters }, maybe: { offloads, kernelLog, kernel }, takenAt }) => {
    const tunnels = overlays.overlays.filter(({ kind }) => kind === 'vxlan' || kind === 'geneve')
    if (tunnels.length === 0) return notApplicable('no tunnel over UDP on this node')
    if (!isOk(networkCounters.protocols)) return notRun(networkCounters.protocols.detail)
    const logged = isOk(kernelLog)
      ? recentMessages(kernelLog.value, /UDP: bad checksum/, takenAt).filter(({ message }) => isOf(tunnels, message))
      : []
    const lost = protocolCounter(ok(networkCounters), counter)
    // Without a second sample, what the kernel logged within the hour tells that it goes on.
    if (lost.grown === 0 || (lost.grown === null && logged.length === 0)) return passed
    const release = isOk(kernel) && isOk(kernel.value.release) ? kernel.value.release.value : null
    return found(
      draft({ node, lost, message: logged.at(-1)?.message ?? null, on: offloaded(offloads, tunnels), release }),
    )
  },
})

/** The message names the far end: `From <address>:<port> to <address>:<port of the tunnel>`. */
const isOf = (tunnels: readonly Overlay[], message: string): boolean =>
  tunnels.some(({ port }) => port !== null && new RegExp(` to \\S+:${port}\\b`).test(message))

const offloaded = (offloads: Reading<Offloads>, tunnels: readonly Overlay[]): readonly string[] =>
  tunnels
    .map(({ name }) => name)
    .filter(name => {
      const device = isOk(offloads) ? offloads.value.devices[name] : undefined
      return device && isOk(device) && features.some(feature => device.value[feature]?.on === true)
    })

interface Case {
  readonly node: string
  readonly lost: ProtocolCounter
  readonly message: string | null
  /** Tunnels whose checksums are written by others. */
  readonly on: readonly string[]
  readonly release: string | null
}

function draft({ node, lost, message, on, release }: Case): Draft {
  return {
    confidence: on.length > 0 && message !== null ? 'certain' : 'likely',
    message: `${node} drops tunnelled packets whose checksum is wrong${on.length > 0 ? `; senders leave the checksum of ${on.join(', ')} to the kernel or the card` : ''}`,
    evidence: [
      {
        at: `${node}:/proc/net/snmp`,
        observed: `Udp InCsumErrors ${describeCounter(lost)}`,
        expected: 'no growth',
      },
      ...(message === null ? [] : [{ at: `${node}: kernel log`, observed: message }]),
      ...on.map(name => ({ at: `${node}: ethtool -k ${name}`, observed: `${features[0]}: on` })),
      ...(release === null ? [] : [{ at: `${node}:/proc/sys/kernel/osrelease`, observed: release }]),
    ],
    danger:
      'the first packets of connections between nodes are lost on arrival: they begin after a minute or never, while pings pass',
    remedies: [
      {
        title:
          'let the tunnel’s sender write its own checksums, on every node; it is back after a restart of the device',
        commands: (on.length > 0 ? on : ['<tunnel>']).map(name =>
          onNode(`ethtool -K ${quote(name)} tx-checksum-ip-generic off`),
        ),
        risk: 'low',
        rollback: (on.length > 0 ? on : ['<tunnel>'])
          .map(name => `ethtool -K ${quote(name)} tx-checksum-ip-generic on`)
          .join('; '),
      },
      {
        title: 'mend it for good with a kernel or driver that has the fix',
        commands: [onNode('uname -r; ethtool -i "$(ip -o route get 1.1.1.1 | sed \'s/.* dev \\([^ ]*\\).*/\\1/\')"')],
        risk: 'none',
      },
    ],
  }
}
