import { isOk } from '../../../shared/reading.ts'
import type { NodeParts } from '../../../shared/snapshot.ts'
import type { Service } from '../../cluster/services.ts'
import { memoise } from '../memo.ts'
import { addressKey } from './frontend.ts'
import { hasNftablesRules } from './nftables-rules.ts'
import type { ProxyMode } from './observed-rules.ts'

/** Rules for services that a node holds in one mode, whoever wrote them. */
export interface RuleTrace {
  readonly mode: ProxyMode
  /** Addresses of services that these rules serve. */
  readonly count: number
  /** Where they stand. */
  readonly place: string
}

type Parts = Pick<NodeParts, 'iptables' | 'nft' | 'ipvs'>

/** Every mode in which a node holds rules for services; what was not read shows none. */
export function ruleTraces(parts: Parts, services: readonly Service[]): readonly RuleTrace[] {
  return [iptablesTrace(parts), nftablesTrace(parts), ipvsTrace(parts, services)].filter(({ count }) => count > 0)
}

/** Chains of services that packets still reach. */
function iptablesTrace({ iptables }: Parts): RuleTrace {
  const families = isOk(iptables) ? [iptables.value.ipv4, iptables.value.ipv6] : []
  const dumps = families.flatMap(({ nft, legacy }) => [nft, legacy].flatMap(dump => (isOk(dump) ? [dump.value] : [])))
  const tables = dumps.flatMap(dump => dump.tables.filter(({ name }) => name === 'nat'))
  const counts = tables.map(({ chains }) => {
    const rulesOf = (wanted: string) => chains.find(({ name }) => name === wanted)?.rules ?? []
    const isReached = [...rulesOf('PREROUTING'), ...rulesOf('OUTPUT')].some(({ text }) =>
      / -j KUBE-SERVICES\b/.test(` ${text}`),
    )
    return isReached ? rulesOf('KUBE-SERVICES').filter(({ text }) => toService.test(text)).length : 0
  })
  return { mode: 'iptables', count: Math.max(0, ...counts), place: 'iptables, table nat, chain KUBE-SERVICES' }
}

const toService = /(?:^| )-j KUBE-(?:SVC|SVL|EXT|XLB|FW)-/

function nftablesTrace({ nft }: Parts): RuleTrace {
  const sets = isOk(nft) && hasNftablesRules(nft.value) ? nft.value.sets : []
  const maps = sets.filter(({ table, name }) => table === 'kube-proxy' && name === 'service-ips')
  const count = maps.reduce((sum, { elements }) => sum + elements.length, 0)
  return { mode: 'nftables', count, place: 'nftables, table kube-proxy, map service-ips' }
}

/** Virtual servers of other programs, as of keepalived, are no services. */
function ipvsTrace({ ipvs }: Parts, services: readonly Service[]): RuleTrace {
  const servers = isOk(ipvs) ? ipvs.value.servers : []
  const known = serviceKeys(services)
  const count = servers.filter(
    ({ address, protocol, port }) =>
      address !== null && port !== null && known.has(addressKey(address, protocol, port)),
  ).length
  return { mode: 'ipvs', count, place: 'IPVS, /proc/net/ip_vs' }
}

const serviceKeys = memoise(
  (services: readonly Service[]): ReadonlySet<string> =>
    new Set(
      services.flatMap(({ clusterIPs, ports }) =>
        clusterIPs.flatMap(address => ports.map(({ protocol, port }) => addressKey(address, protocol, port))),
      ),
    ),
)
