import type { PartValues } from '../../../shared/snapshot.ts'
import { addressKey, backendKey } from './frontend.ts'
import type { Affinity, ObservedRules } from './observed-rules.ts'

/**
 * Virtual servers of kube-proxy in IPVS mode. A destination of weight 0 takes no new connections and is as good as
 * gone. Node ports stand there once for each address of the node and are left out.
 */
export function ipvsRules({ servers }: PartValues['ipvs']): ObservedRules {
  const frontends = new Map<string, ReadonlySet<string>>()
  const affinity = new Map<string, Affinity>()
  for (const { address, port, protocol, destinations, persistentSeconds } of servers) {
    if (address === null || port === null) continue
    const key = addressKey(address, protocol, port)
    const live = destinations.filter(({ weight }) => weight > 0)
    frontends.set(key, new Set(live.map(each => backendKey(each.address, each.port))))
    if (persistentSeconds !== null) affinity.set(key, { seconds: persistentSeconds })
  }
  return { mode: 'ipvs', families: new Set([4, 6]), frontends, affinity, refused: new Set(), hasNodePorts: false }
}
