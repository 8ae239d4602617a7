import type { CniConfig } from '../../../shared/node/cni-config.ts'
import type { Runtime } from '../../../shared/node/runtime.ts'
import type { Sysctls } from '../../../shared/node/sysctls.ts'
import { isOk, ok, type Reading } from '../../../shared/reading.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode } from '../../model/command.ts'
import { effectiveConfig, flavourOf } from '../../model/effective-config.ts'
import { harmEvidence, harmOn } from '../../model/harm.ts'
import { podBridges } from '../../model/pod-bridges.ts'
import { networkedPodsOn } from '../../model/pods.ts'
import { uplinks } from '../../model/uplinks.ts'

const forwarding = 'net/ipv6/conf/all/forwarding'

export default nodeCheck({
  code: 'SYS004',
  severity: 'error',
  title: 'IPv6 off on a node with IPv6 pods',
  explains: ['POD001'],
  needs: ['sysctls'],
  wants: ['bridges', 'links', 'routes', 'cniConfig', 'runtime'],
  cluster: ['nodes', 'pods'],
  wantsCluster: ['events'],
  decisive: ['routes'],
  run: ({ node, parts: { sysctls }, maybe, cluster, maybeCluster, takenAt }) => {
    const pods = networkedPodsOn(cluster.pods, node)
    const known = apiNode(ok(cluster.nodes), node)
    const networks = [...(known?.podCIDRs.filter(isIpv6) ?? []), ...configuredRanges(maybe, known)]
    const addresses = pods.flatMap(({ ips }) => ips)
    const harm = harmOn(node, { pods: ok(cluster.pods), events: maybeCluster.events }, takenAt)
    const refused = harm.failures.find(({ text }) => refusal.test(text))
    if (networks.length === 0 && !addresses.some(isIpv6) && !refused)
      return notApplicable('pods have no IPv6 addresses here')
    const bridges = isOk(maybe.bridges)
      ? podBridges({ bridges: maybe.bridges.value, links: maybe.links, configs: [], podAddresses: addresses })
      : []
    const devices = [...bridges.map(({ name }) => name), ...(isOk(maybe.routes) ? uplinks(maybe.routes.value, 6) : [])]
    const wrong = wrongSettings(sysctls, devices)
    if (wrong.length > 0) return found(draft({ node, wrong, networks, harm: harmEvidence(harm) }))
    if (refused)
      return found(draft({ node, wrong: [], networks, harm: harmEvidence({ ...harm, failures: [refused] }) }))
    const read = sysctls.values[forwarding]
    return read && isOk(read) ? passed : notRun(`/proc/sys/${forwarding} not read`)
  },
})

const isIpv6 = (text: string) => text.includes(':')

/** The kernel's answer to an IPv6 address where IPv6 is off, as the plugins `bridge` and `ptp` tell it. */
const refusal = /(?:add IP addr \{Version:6|add IPv6 addr|add IP address to).{0,300}permission denied/i

/** IPv6 ranges of the configuration that new pods get. */
function configuredRanges(
  { cniConfig, runtime }: { cniConfig: Reading<CniConfig>; runtime: Reading<Runtime> },
  node: ApiNode | undefined,
): readonly string[] {
  if (!isOk(cniConfig)) return []
  const effective = effectiveConfig({ config: cniConfig.value, runtime, flavour: flavourOf(runtime, node) })
  const files = isOk(effective) ? effective.value.inUse : []
  return files
    .flatMap(({ content }) => (isOk(content) ? content.value.plugins.slice(0, 1) : []))
    .flatMap(({ ipam }) => ipam?.ranges.flat().map(({ subnet }) => subnet ?? '') ?? [])
    .filter(isIpv6)
}

interface Setting {
  readonly key: string
  readonly value: string
  readonly right: string
}

/** A value of `all` was written to every device; what a device holds now is what counts, where it was read. */
function wrongSettings({ values }: Sysctls, devices: readonly string[]): readonly Setting[] {
  const read = devices.map(device => `net/ipv6/conf/${device}/disable_ipv6`).filter(key => isKnown(values[key]))
  const keys = read.length > 0 ? read : ['net/ipv6/conf/all/disable_ipv6']
  return [...keys.map(key => ({ key, right: '0' })), { key: forwarding, right: '1' }].flatMap(({ key, right }) => {
    const reading = values[key]
    return reading && isOk(reading) && reading.value !== right ? [{ key, right, value: reading.value }] : []
  })
}

const isKnown = (reading: Reading<string> | undefined) => reading !== undefined && isOk(reading)

interface Case {
  readonly node: string
  readonly wrong: readonly Setting[]
  readonly networks: readonly string[]
  readonly harm: Draft['evidence']
}

const fault = (wrong: readonly Setting[]): string => {
  if (wrong.length === 0) return 'IPv6 is switched off in the network namespaces of new pods on'
  return wrong.some(({ right }) => right === '0') ? 'IPv6 is switched off on' : 'IPv6 is not forwarded on'
}

function draft({ node, wrong, networks, harm }: Case): Draft {
  return {
    message: `${fault(wrong)} ${node}, whose pods are to have IPv6 addresses`,
    evidence: [
      ...wrong.map(({ key, value, right }) => ({ at: `${node}:/proc/sys/${key}`, observed: value, expected: right })),
      ...(networks.length > 0 ? [{ at: `Node ${node}`, observed: `IPv6 ranges ${networks.join(', ')}` }] : []),
      ...harm,
    ],
    danger: 'pods get no IPv6 address, or cannot reach anything beyond their node with it',
    remedies: [
      {
        title: 'switch it on now, and find what switched it off: a setting of the host, its boot line or the runtime',
        commands: [
          ...wrong.map(({ key, right }) => onNode(`sysctl -w '${key}=${right}'`)),
          onNode("grep -rs 'ipv6' /etc/sysctl.d /etc/sysctl.conf /usr/lib/sysctl.d; cat /proc/cmdline"),
        ],
        risk: 'low',
        rollback: wrong.map(({ key, value }) => `sysctl -w '${key}=${value}'`).join('; '),
      },
    ],
  }
}
