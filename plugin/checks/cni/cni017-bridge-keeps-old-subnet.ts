import { contains, overlaps, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import type { CniConfigFile } from '../../../shared/node/cni-config.ts'
import type { CniDaemons } from '../../../shared/node/cni-daemons.ts'
import type { Link, Links } from '../../../shared/node/links.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { oneLine } from '../../../shared/text.ts'
import type { ApiNode } from '../../cluster/nodes.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { apiNode } from '../../model/api-node.ts'
import { onNode, onWorkstation, quote } from '../../model/command.ts'
import { effectiveConfig, flavourOf } from '../../model/effective-config.ts'
import { harmOn } from '../../model/harm.ts'
import { bridgeNames } from '../../model/pod-bridges.ts'
import { podKey } from '../../model/pods.ts'
import type { SandboxFailure } from '../../model/sandbox-failures.ts'

export default nodeCheck({
  code: 'CNI017',
  severity: 'error',
  title: 'Bridge keeps an old subnet',
  explains: ['POD001', 'IPM008'],
  needs: ['cniConfig'],
  wants: ['links', 'runtime', 'cniDaemons'],
  wantsCluster: ['nodes', 'pods', 'events'],
  run: ({ node, parts: { cniConfig }, maybe, maybeCluster, takenAt }) => {
    const known = apiNode(maybeCluster.nodes, node)
    const flavour = flavourOf(maybe.runtime, known)
    const effective = effectiveConfig({ config: cniConfig, runtime: maybe.runtime, flavour })
    if (!isOk(effective)) return notRun(effective.detail)
    const [file] = effective.value.inUse
    const [name] = file ? bridgeNames(file) : []
    if (!file || name === undefined) return notApplicable('pods hang on no bridge that a configuration makes')
    const failure = harmOn(node, maybeCluster, takenAt).failures.find(({ text }) => refusedByBridge.test(text))
    const bridge = linkOf(maybe.links, name)
    const subnets = subnetsOf(file, { known, daemons: maybe.cniDaemons })
    const isOld = bridge !== null && isOutside(bridge, subnets)
    const scene = { node, name, bridge: isOld ? bridge : null, subnets, failure }
    const right = isOld ? (known?.podCIDRs ?? []).find(cidr => !isOutside(bridge, [cidr])) : undefined
    if (right && subnets.every(subnet => !shareAddresses(subnet, right)))
      return found(wrongFileDraft(scene, `${cniConfig.directory.path}/${file.name}`, right))
    if (failure || isOld) return found(draft(scene))
    return isOk(maybe.links) && maybe.links.value.hasAddresses ? passed : notRun('addresses of devices were not read')
  },
})

/** Message of the bridge plugin, which does not replace an address unless `forceAddress` is set. */
const refusedByBridge = /already has an IP address different from/

const linkOf = (links: Reading<Links>, name: string): Link | null =>
  (isOk(links) && links.value.hasAddresses ? links.value.links.find(link => link.name === name) : null) ?? null

/** Subnets for the bridge's own address: the ranges in the file or, for flannel, its lease. */
function subnetsOf(
  { content }: CniConfigFile,
  { known, daemons }: { known: ApiNode | undefined; daemons: Reading<CniDaemons> },
): readonly string[] {
  const plugins = isOk(content) ? content.value.plugins : []
  const ranges = plugins.flatMap(({ ipam }) => (ipam?.ranges ?? []).flat().flatMap(({ subnet }) => subnet ?? []))
  if (!plugins.some(({ type }) => type === 'flannel')) return ranges
  const flannel = isOk(daemons) ? daemons.value.flannel : daemons
  return isOk(flannel) ? flannel.value.subnets : (known?.podCIDRs ?? [])
}

/** Whether it has IPv4 addresses, but none in these IPv4 subnets. */
function isOutside({ addresses }: Link, subnets: readonly string[]): boolean {
  const networks = subnets.flatMap(subnet => parseNetwork(subnet) ?? []).filter(({ family }) => family === 4)
  const own = addresses
    .flatMap(address => parseAddress(address.replace(/\/\d+$/, '')) ?? [])
    .filter(({ family }) => family === 4)
  return networks.length > 0 && own.length > 0 && !own.some(address => networks.some(each => contains(each, address)))
}

interface Case {
  readonly node: string
  readonly name: string
  /** Null when its addresses were not read, or are correct by now. */
  readonly bridge: Link | null
  readonly subnets: readonly string[]
  readonly failure: SandboxFailure | undefined
}

const draft = ({ node, name, bridge, subnets, failure }: Case): Draft => ({
  severity: failure ? 'error' : 'warning',
  message: `bridge ${name} of ${node} still has the address of another subnet${bridge ? `: ${bridge.addresses.join(', ')}` : ''}`,
  evidence: [
    ...(bridge
      ? [
          {
            at: `${node}: device ${name}`,
            observed: bridge.addresses.join(', '),
            expected: `an address of ${subnets.join(', ')}`,
          },
        ]
      : []),
    ...(failure ? [{ at: `Event of Pod ${podKey(failure.pod)}`, observed: oneLine(failure.text, 240) }] : []),
  ],
  danger: 'the bridge plugin refuses to change the address, so no new pod gets a network on this node',
  remedies: [
    {
      title: 'move the pods away, remove the bridge, and let the next pod make it anew',
      commands: [
        onWorkstation(`kubectl drain ${quote(node)} --ignore-daemonsets --delete-emptydir-data`),
        onNode(`ip link delete ${quote(name)}`),
        onWorkstation(`kubectl uncordon ${quote(node)}`),
      ],
      risk: 'disruptive',
      rollback: 'none: pods that still hang on the old bridge have to be made anew',
    },
  ],
})

function shareAddresses(one: string, other: string): boolean {
  const [a, b] = [parseNetwork(one), parseNetwork(other)]
  return a !== null && b !== null && overlaps(a, b)
}

/** The bridge is as the API wants it; who follows the file would give the node the addresses of another. */
const wrongFileDraft = ({ node, name, bridge, subnets, failure }: Case, path: string, range: string): Draft => ({
  ...draft({ node, name, bridge: null, subnets, failure }),
  message: `${path} on ${node} gives pods addresses of ${subnets.join(', ')}; the range of ${node} is ${range}, as bridge ${name} has it`,
  evidence: [
    { at: `${node}:${path}`, observed: `subnet ${subnets.join(', ')}`, expected: range },
    { at: `${node}: device ${name}`, observed: bridge?.addresses.join(', ') ?? '' },
    ...(failure ? [{ at: `Event of Pod ${podKey(failure.pod)}`, observed: oneLine(failure.text, 240) }] : []),
  ],
  remedies: [
    {
      title: 'write the range of the node into the file; what made the file has to know it too',
      commands: [
        onNode(`cp ${quote(path)} /root/cni-config.before`),
        ...subnets
          .slice(0, 1)
          .map(subnet => onNode(`sed -i ${quote(`s#${subnet.replaceAll('.', '\\.')}#${range}#g`)} ${quote(path)}`)),
      ],
      risk: 'low',
      rollback: `cp /root/cni-config.before ${quote(path)}`,
    },
  ],
})
