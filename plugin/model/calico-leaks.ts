import { formatAddress, parseNetwork } from '../../shared/ip.ts'
import type { CalicoAllocation, CalicoBlock } from '../cluster/calico-blocks.ts'
import type { Pod } from '../cluster/pods.ts'
import { ageOf, isLive, podKey } from './pods.ts'
import { grace } from './reservation-verdicts.ts'

/** An address that a block allocates to a pod that no longer exists. */
export interface CalicoLeak {
  readonly address: string
  readonly block: string
  readonly node: string
  /** `namespace/name` of its former pod. */
  readonly pod: string
  readonly ageMs: number
}

/**
 * Calico addresses without a pod, as `calicoctl ipam check` finds them, older than the grace period. Addresses of
 * tunnels, addresses held back after release and those without a time are excluded.
 */
export function calicoLeaks(
  { blocks, pods }: { readonly blocks: readonly CalicoBlock[]; readonly pods: readonly Pod[] },
  takenAt: number,
): readonly CalicoLeak[] {
  const live = pods.filter(isLive)
  const held = new Set(live.flatMap(({ ips }) => ips))
  const starting = new Set(live.filter(({ ips }) => ips.length === 0).map(podKey))
  return blocks.flatMap(block => {
    const network = parseNetwork(block.cidr)
    if (!network || block.deleted) return []
    return block.allocations.flatMap(allocation => {
      const value = network.first + BigInt(allocation.ordinal)
      const address = formatAddress({ family: network.family, value })
      const leak = leakOf(allocation, { address, block, takenAt })
      return leak && !held.has(address) && !starting.has(leak.pod) ? [leak] : []
    })
  })
}

function leakOf(
  { attributes, releasedAt }: CalicoAllocation,
  { address, block, takenAt }: { address: string; block: CalicoBlock; takenAt: number },
): CalicoLeak | null {
  const { namespace, pod, node = block.node, timestamp } = attributes
  const ageMs = ageOf(timestamp ?? null, takenAt)
  if (!(pod && namespace && node) || releasedAt !== null || ageMs === null || ageMs < grace) return null
  return { address, block: block.cidr, node, pod: `${namespace}/${pod}`, ageMs }
}
