import { isOk } from '../../../shared/reading.ts'
import type { Pod } from '../../cluster/pods.ts'
import { type Draft, found, nodeCheck, notApplicable, notRun, passed } from '../../engine/check.ts'
import { onNode, quote } from '../../model/command.ts'
import { effectiveConfig, flavourOf } from '../../model/effective-config.ts'
import { type Bridge, isBridged, podBridges } from '../../model/pod-bridges.ts'
import { networkedPodsOn, podKey } from '../../model/pods.ts'
import { servicesByPod } from '../../model/service-endpoints.ts'

export default nodeCheck({
  code: 'HPN001',
  severity: 'error',
  title: 'Pod cannot reach itself through its service',
  explains: ['CNI015'],
  needs: ['bridges'],
  wants: ['cniConfig', 'runtime', 'links'],
  cluster: ['pods'],
  wantsCluster: ['endpointSlices'],
  run: ({ node, parts: { bridges }, maybe, cluster, maybeCluster: { endpointSlices } }) => {
    const { cniConfig, runtime, links } = maybe
    const effective = isOk(cniConfig)
      ? effectiveConfig({ config: cniConfig.value, runtime, flavour: flavourOf(runtime, undefined) })
      : cniConfig
    const configs = isOk(effective) ? effective.value.inUse : []
    if (isBridged(configs) === false) return notApplicable('the CNI puts pods on no bridge')
    const pods = networkedPodsOn(cluster.pods, node)
    const podAddresses = pods.flatMap(({ ips }) => ips)
    const ours = podBridges({ bridges, links, configs, podAddresses })
    if (ours.length === 0) return notApplicable('there is no bridge with pods')
    const judged = ours.map(judge)
    const unread = judged.find(result => result.kind === 'unread')
    const off = judged.filter(result => result.kind === 'off')
    if (off.length === 0) return unread ? notRun(unread.why) : passed
    if (!isOk(endpointSlices))
      return notRun(`hairpin mode is off, but which pods need it is not known: ${endpointSlices.detail}`)
    const services = servicesByPod(endpointSlices.value)
    const endpoints = pods.filter(pod => services.has(podKey(pod)))
    return found(...off.map(result => draft({ node, ...result, endpoints, services })))
  },
})

type Verdict =
  | { readonly kind: 'fine' }
  | { readonly kind: 'off'; readonly bridge: Bridge; readonly off: readonly string[] }
  | { readonly kind: 'unread'; readonly why: string }

function judge(bridge: Bridge): Verdict {
  if (isOk(bridge.promiscuous) && bridge.promiscuous.value) return { kind: 'fine' }
  const off = bridge.ports.filter(({ hairpin }) => isOk(hairpin) && !hairpin.value).map(({ name }) => name)
  if (off.length > 0 && isOk(bridge.promiscuous)) return { kind: 'off', bridge, off }
  if (off.length > 0) return { kind: 'unread', why: `flags of bridge ${bridge.name} not read` }
  const unread = bridge.ports.find(({ hairpin }) => !isOk(hairpin))
  return unread ? { kind: 'unread', why: `hairpin_mode of ${unread.name} not read` } : { kind: 'fine' }
}

/** It is unknown which pod is behind a port. */
const whoCannot = (endpoints: number, isAll: boolean): string =>
  isAll && endpoints > 0 ? `${endpoints} of its pods cannot` : 'pods behind them could not'

interface Case {
  readonly node: string
  readonly bridge: Bridge
  readonly off: readonly string[]
  /** Pods of the node that are endpoints of a service. */
  readonly endpoints: readonly Pod[]
  readonly services: ReadonlyMap<string, readonly string[]>
}

function draft({ node, bridge, off, endpoints, services }: Case): Draft {
  const isAll = off.length === bridge.ports.length
  const all = isAll ? `all ${off.length}` : `${off.length} of ${bridge.ports.length}`
  const shown = endpoints.slice(0, 5).map(pod => `${podKey(pod)} (${services.get(podKey(pod))?.join(', ')})`)
  return {
    key: bridge.name,
    severity: endpoints.length > 0 && isAll ? 'error' : endpoints.length > 0 ? 'warning' : 'info',
    confidence: isAll ? 'certain' : 'likely',
    message: `hairpin mode is off on ${all} pod ports of bridge ${bridge.name} on ${node}, so ${whoCannot(endpoints.length, isAll)} reach themselves through their services`,
    evidence: [
      {
        at: `${node}:/sys/class/net/${bridge.name}/brif/${off[0]}/hairpin_mode`,
        observed: `0 (also: ${off.slice(1, 6).join(', ') || 'no other'})`,
        expected: '1, or a promiscuous bridge',
      },
      { at: `${node}:/sys/class/net/${bridge.name}/flags`, observed: 'not promiscuous' },
      ...(shown.length > 0
        ? [{ at: 'EndpointSlices', observed: `${shown.join('; ')}${endpoints.length > 5 ? '; …' : ''}` }]
        : []),
    ],
    danger: 'a connection of a pod to its own service times out whenever the service chooses that very pod',
    remedies: [
      {
        title: 'switch it on for the ports that exist',
        commands: [
          onNode(`for port in /sys/class/net/${quote(bridge.name)}/brif/veth*; do echo 1 > "$port/hairpin_mode"; done`),
        ],
        risk: 'low',
        rollback: 'echo 0 into the same files',
      },
      {
        title: 'for new pods: "hairpinMode": true in the bridge plugin’s configuration',
        commands: [onNode('grep -n hairpinMode /etc/cni/net.d/*')],
        risk: 'low',
      },
    ],
  }
}
