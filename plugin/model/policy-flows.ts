import { contains, parseAddress, parseNetwork } from '../../shared/ip.ts'
import type { NetworkPolicy, PolicyPeer } from '../cluster/network-policies.ts'
import type { Pod } from '../cluster/pods.ts'
import type { Service } from '../cluster/services.ts'
import type { PolicyEnd, PolicyFlow } from './network-policy.ts'
import { isLive } from './pods.ts'
import { podsBehind } from './service-backends.ts'
import { isClusterDns } from './system-services.ts'
import { targetPortOf } from './target-ports.ts'

/** A pod by its first address; as a pod on the host's network it is its node. */
export const endOf = (pod: Pod): PolicyEnd => ({ pod: pod.hostNetwork ? null : pod, address: pod.ips[0] ?? '' })

/** Lookups of a pod as policies see them, after the address of the service has become that of a pod: one per backend. */
export function dnsFlows(from: Pod, { services, pods }: { services: readonly Service[]; pods: readonly Pod[] }) {
  const service = services.find(isClusterDns)
  if (!service) return []
  const backends = podsBehind(service, pods).filter(({ ips }) => ips.length > 0)
  return service.ports
    .filter(({ port }) => port === 53)
    .flatMap(port =>
      backends.flatMap((backend): readonly PolicyFlow[] => {
        const number = targetPortOf(port, backend)
        return number === null ? [] : [{ from: endOf(from), to: endOf(backend), port: number, protocol: port.protocol }]
      }),
    )
}

/** Flows that the rules of a policy speak of, from and to a pod that it selects: a few, by addresses and ports of its text. */
export function sampleFlows(pod: Pod, policy: NetworkPolicy, pods: readonly Pod[]): readonly PolicyFlow[] {
  const own = endOf(pod)
  return (['Egress', 'Ingress'] as const)
    .filter(type => policy.types.includes(type))
    .flatMap(type => {
      const rules = type === 'Egress' ? policy.egress : policy.ingress
      const others = rules.flatMap(({ peers }) => peers.flatMap(peer => endsOf(peer, pods))).slice(0, most)
      const ports = rules
        .flatMap(rule => rule.ports)
        .flatMap(({ protocol, port, endPort }) =>
          typeof port === 'number' ? [port, endPort ?? port].map(number => ({ protocol, port: number })) : [],
        )
      return others.flatMap(other =>
        [...ports.slice(0, most), { protocol: 'TCP', port: 443 }].map(port =>
          type === 'Egress' ? { from: own, to: other, ...port } : { from: other, to: own, ...port },
        ),
      )
    })
}

const most = 32

/** Of each block and each exception its first address; of a block that is not the whole Internet also a pod inside. */
function endsOf({ ipBlock }: PolicyPeer, pods: readonly Pod[]): readonly PolicyEnd[] {
  if (!ipBlock) return []
  const outside = [ipBlock.cidr, ...ipBlock.except].flatMap(cidr => {
    const [address = ''] = cidr.split('/')
    return parseAddress(address) ? [{ pod: null, address }] : []
  })
  const network = parseNetwork(ipBlock.cidr)
  if (!network || network.prefix < 8) return outside
  const inside = pods.find(pod => {
    const address = parseAddress(pod.ips[0] ?? '')
    return isLive(pod) && !pod.hostNetwork && address !== null && contains(network, address)
  })
  return inside ? [...outside, endOf(inside)] : outside
}

/** For evidence: `10.0.0.1 to 10.0.0.2 port 53/UDP`. */
export const flowText = ({ from, to, port, protocol }: PolicyFlow): string =>
  `${nameOf(from)} to ${nameOf(to)} port ${port}/${protocol}`

const nameOf = ({ pod, address }: PolicyEnd): string =>
  pod ? `pod ${pod.namespace}/${pod.name} (${address})` : address || 'an unknown address'
