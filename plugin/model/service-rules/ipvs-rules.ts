import type { PartValues } from '../../../shared/snapshot.ts'
import { addressKey, backendKey } from './frontend.ts'
import type { ObservedRules } from './observed-rules.ts'

/**
 * Virtual servers of kube-proxy in IPVS mode. A destination of weight 0 takes no new connections and is as good as
 * gone. Node ports stand there once for each address of the node and are left out.
 */
export function ipvsRules({ servers }: PartValues['ipvs']): ObservedRules {
  const frontends = new Map<string, ReadonlySet<string>>()
  for (const { address, port, protocol, destinations } of servers) {
    if (address === null || port === null) continue
    const live = destinations.filter(({ weight }) => weight > 0)
    frontends.set(addressKey(address, protocol, port), new Set(live.map(each => backendKey(each.address, each.port))))
  }
  return { mode: 'ipvs', families: new Set([4, 6]), frontends, refused: new Set(), hasNodePorts: false }
}
