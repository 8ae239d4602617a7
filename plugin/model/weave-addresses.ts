import type { WeaveOwned } from '../../shared/formats/weave-status.ts'
import type { Sandboxes } from '../../shared/node/sandboxes.ts'
import type { Pod } from '../cluster/pods.ts'

/** Who has addresses of Weave Net on one node. */
export interface WeaveAddresses {
  /** Containers that are no sandbox, and whose addresses no pod has. */
  readonly gone: readonly WeaveOwned[]
  /** Pods that have no address yet: a pod in the making has one before the runtime lists it, and Weave tells no times. */
  readonly starting: number
}

/** Compares owners with the runtime's sandboxes and the live pods of the node that have a network of their own. */
export function weaveAddresses(
  owned: readonly WeaveOwned[],
  { sandboxes, pods }: { readonly sandboxes: Sandboxes; readonly pods: readonly Pod[] },
): WeaveAddresses {
  const ids = new Set(sandboxes.sandboxes.map(({ id }) => id))
  const held = new Set(pods.flatMap(({ ips }) => ips))
  const isHeld = (address: string) => held.has(address.replace(/\/.*$/, ''))
  return {
    gone: owned.filter(
      ({ containerId, addresses }) =>
        /^[0-9a-f]{64}$/.test(containerId) && !ids.has(containerId) && !addresses.some(isHeld),
    ),
    starting: pods.filter(({ ips }) => ips.length === 0).length,
  }
}
