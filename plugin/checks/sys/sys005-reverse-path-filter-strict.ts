import type { Sysctls } from '../../../shared/node/sysctls.ts'
import { isMissing, isOk } from '../../../shared/reading.ts'
import { type Draft, found, nodeCheck, notRun, passed } from '../../engine/check.ts'
import { onNode } from '../../model/command.ts'
import { cniComponentsOf } from '../../model/components.ts'
import { describeCounter, type ProtocolCounter, protocolCounter } from '../../model/counters.ts'
import { recentMessages } from '../../model/kernel-messages.ts'
import { livePodsOn } from '../../model/pods.ts'

const counter = 'TcpExt.IPReversePathFilter'

/** CNIs whose packets may leave by another device than their answers come in, and their devices. */
const asymmetric = [
  { id: 'cilium', name: 'Cilium', devices: /^(?:cilium_|lxc|eth|en)/ },
  { id: 'aws', name: 'the AWS VPC CNI', devices: /^(?:eth|en[sp]|eni)/ },
] as const

export default nodeCheck({
  code: 'SYS005',
  severity: 'warning',
  title: 'Reverse-path filter strict',
  explains: ['NET002'],
  needs: ['sysctls'],
  wants: ['networkCounters', 'kernelLog'],
  wantsCluster: ['pods'],
  run: ({ node, parts: { sysctls }, maybe: { networkCounters, kernelLog }, maybeCluster: { pods }, takenAt }) => {
    const all = filterOf(sysctls, 'all')
    if (all === null) return notRun('/proc/sys/net/ipv4/conf/all/rp_filter not read')
    const strict = devicesOf(sysctls).filter(device => Math.max(all, filterOf(sysctls, device) ?? 0) === 1)
    if (strict.length === 0) return passed
    const ids = isOk(pods) ? livePodsOn(pods.value, node).flatMap(cniComponentsOf) : []
    const cni = asymmetric.find(({ id }) => ids.includes(id))
    const felt = cni ? strict.filter(device => cni.devices.test(device)) : []
    const lost = protocolCounter(networkCounters, counter)
    const martians = isOk(kernelLog) ? recentMessages(kernelLog.value, /martian source/, takenAt) : []
    const martian = martians.at(-1)?.message ?? null
    if (felt.length > 0) return found(draft({ node, devices: felt, cni: cni?.name ?? null, lost, martian }))
    if ((lost.grown ?? 0) > 0) return found(draft({ node, devices: strict, cni: null, lost, martian }))
    if (!isOk(pods)) return notRun(`which CNI runs here is not known: ${pods.detail}`)
    if (!isOk(networkCounters) && !isMissing(networkCounters)) return notRun(networkCounters.detail)
    return passed
  },
})

const path = (device: string) => `net/ipv4/conf/${device}/rp_filter`

function filterOf({ values }: Sysctls, device: string): number | null {
  const reading = values[path(device)]
  return reading && isOk(reading) ? Number(reading.value) : null
}

const devicesOf = ({ values }: Sysctls): readonly string[] =>
  Object.keys(values)
    .flatMap(key => /^net\/ipv4\/conf\/(?<device>[^/]+)\/rp_filter$/.exec(key)?.groups?.device ?? [])
    .filter(device => !['all', 'default', 'lo'].includes(device))

interface Case {
  readonly node: string
  readonly devices: readonly string[]
  readonly cni: string | null
  readonly lost: ProtocolCounter
  /** The newest message of a martian packet. */
  readonly martian: string | null
}

function draft({ node, devices, cni, lost, martian }: Case): Draft {
  const isFelt = martian !== null || (lost.grown ?? lost.total ?? 0) > 0
  return {
    severity: isFelt ? 'warning' : 'info',
    confidence: (lost.grown ?? 0) > 0 ? 'certain' : 'likely',
    message: `strict reverse-path filtering on ${devices.slice(0, 3).join(', ')}${devices.length > 3 ? ` and ${devices.length - 3} more` : ''} of ${node}${cni ? `, which ${cni} does not work with` : ' drops packets'}`,
    evidence: [
      ...devices.slice(0, 5).map(device => ({
        at: `${node}:/proc/sys/${path(device)}`,
        observed: '1, or 1 by `all`: the larger one holds',
        expected: '0 or 2',
      })),
      ...(lost.total === null
        ? []
        : [{ at: `${node}:/proc/net/netstat`, observed: `IPReversePathFilter ${describeCounter(lost)}` }]),
      ...(martian === null ? [] : [{ at: `${node}: kernel log`, observed: martian }]),
    ],
    danger: 'packets whose answer would leave by another device are dropped without a word, node ports among them',
    remedies: [
      {
        title: 'loosen it now: the larger value of `all` and the device holds',
        commands: [
          onNode('sysctl -w net.ipv4.conf.all.rp_filter=0'),
          ...devices.slice(0, 5).map(device => onNode(`sysctl -w 'net/ipv4/conf/${device}/rp_filter=0'`)),
        ],
        risk: 'low',
        rollback: 'sysctl -w net.ipv4.conf.all.rp_filter=1',
      },
      {
        title: 'find what sets it: files are read in order of their names, and a later one wins',
        commands: [onNode('grep -rs rp_filter /etc/sysctl.d /usr/lib/sysctl.d /run/sysctl.d /etc/sysctl.conf')],
        risk: 'none',
      },
    ],
  }
}
