import { type Address, contains, parseNetwork } from '../../../shared/ip.ts'
import type { Routes } from '../../../shared/node/routes.ts'

/** The device of the longest matching route in the main table; null without one. Policy rules are ignored. */
export function deviceTowards({ routes }: Routes, address: Address): string | null {
  let best: { readonly prefix: number; readonly metric: number; readonly device: string | null } | null = null
  for (const { family, table, type, destination, metric, device } of routes) {
    if (family !== address.family || table !== 'main') continue
    const network = parseNetwork(destination)
    if (!network || !contains(network, address)) continue
    const isBetter =
      best === null || network.prefix > best.prefix || (network.prefix === best.prefix && metric < best.metric)
    if (isBetter) best = { prefix: network.prefix, metric, device: type === 'unicast' ? device : null }
  }
  return best?.device ?? null
}
