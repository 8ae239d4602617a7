import { isMissing, isOk, ok, type Reading, unavailable } from '../../../shared/reading.ts'
import type { NodeParts } from '../../../shared/snapshot.ts'
import { iptablesRules } from './iptables-rules.ts'
import { ipvsRules } from './ipvs-rules.ts'
import { hasNftablesRules, nftablesRules } from './nftables-rules.ts'
import type { ObservedRules, ProxyMode } from './observed-rules.ts'

/** What service rules of a node are read from. */
export type RuleParts = Pick<NodeParts, 'iptables' | 'nft' | 'ipvs' | 'kubeProxy'>

/** The service rules of a node in the mode that its kube-proxy runs in. */
export function nodeRules(parts: RuleParts): Reading<ObservedRules> {
  const mode = modeOf(parts)
  if (mode === 'nftables') return isOk(parts.nft) ? nftablesRules(parts.nft.value) : parts.nft
  if (mode === 'iptables') return isOk(parts.iptables) ? iptablesRules(parts.iptables.value) : parts.iptables
  if (!isOk(parts.ipvs)) return isMissing(parts.ipvs) ? ok(ipvsRules({ servers: [], omitted: 0 })) : parts.ipvs
  const isCut = parts.ipvs.value.omitted > 0 || parts.ipvs.value.servers.some(({ omitted }) => omitted > 0)
  return isCut
    ? unavailable('too-large', 'there are more virtual servers than were kept')
    : ok(ipvsRules(parts.ipvs.value))
}

/** Its own word; else the mode of what the kernel holds. */
export function modeOf({ kubeProxy, nft, ipvs }: RuleParts): ProxyMode {
  const mode = isOk(kubeProxy) && isOk(kubeProxy.value.mode) ? kubeProxy.value.mode.value : null
  if (mode === 'iptables' || mode === 'ipvs' || mode === 'nftables') return mode
  if (isOk(nft) && hasNftablesRules(nft.value)) return 'nftables'
  return isOk(ipvs) && ipvs.value.servers.length > 0 ? 'ipvs' : 'iptables'
}
