import type { AzurePool } from '../../shared/formats/azure-vnet.ts'
import type { Sandboxes } from '../../shared/node/sandboxes.ts'
import type { Pod } from '../cluster/pods.ts'

/** The addresses of azure-vnet-ipam on one node. */
export interface AzureAddresses {
  readonly all: AzurePool['addresses']
  /** In use, or reserved for an owner. */
  readonly taken: AzurePool['addresses']
  /** Taken, but owned by neither a sandbox nor a pod. */
  readonly dead: AzurePool['addresses']
  /** Pods without an address yet; that many of `dead` may be theirs. */
  readonly starting: number
}

/** Compares the pools with the runtime's sandboxes and the live pods of the node that have a network of their own. */
export function azureAddresses(
  pools: readonly AzurePool[],
  { sandboxes, pods }: { readonly sandboxes: Sandboxes; readonly pods: readonly Pod[] },
): AzureAddresses {
  const held = new Set(pods.flatMap(({ ips }) => ips))
  // An endpoint is named by the first eight digits of its container and the device.
  const ids = new Set(sandboxes.sandboxes.map(({ id }) => id.slice(0, 8)))
  const all = pools.flatMap(({ addresses }) => addresses)
  const taken = all.filter(({ id, inUse }) => inUse || id !== '')
  return {
    all,
    taken,
    dead: taken.filter(({ address, id }) => !held.has(address) && !ids.has(id.slice(0, 8))),
    starting: pods.filter(({ ips }) => ips.length === 0).length,
  }
}
