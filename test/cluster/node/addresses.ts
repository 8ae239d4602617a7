import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NodePlan, network } from '../plan/plan.ts'

/** Reservations of host-local on a node: a file per address, as the plugin keeps them. */
export class Addresses {
  readonly #folder: string
  readonly #prefix: string
  /** Last octets that may be given. */
  range: { readonly first: number; readonly last: number } = { first: 2, last: 254 }

  constructor(root: string, { podPrefix }: NodePlan) {
    this.#folder = join(root, 'var/lib/cni/networks', network.name)
    this.#prefix = podPrefix
  }

  /** Reserves the first free address; null when the range is exhausted. */
  reserve(sandboxId: string): string | null {
    for (let octet = this.range.first; octet <= this.range.last; octet += 1) {
      const address = `${this.#prefix}.${octet}`
      if (existsSync(join(this.#folder, address))) continue
      mkdirSync(this.#folder, { recursive: true })
      writeFileSync(join(this.#folder, address), `${sandboxId}\r\neth0`)
      writeFileSync(join(this.#folder, 'last_reserved_ip.0'), address)
      return address
    }
    return null
  }

  release(address: string): void {
    rmSync(join(this.#folder, address), { force: true })
  }

  /** The error of the plugin when there is no address left, in the kubelet's words. */
  exhausted(sandboxId: string): string {
    const { first, last } = this.range
    const set = `${this.#prefix}.${first}-${this.#prefix}.${last}`
    return sandboxFailure(sandboxId, {
      plugin: 'bridge',
      why: `failed to allocate for range 0: no IP addresses available in range set: ${set}`,
    })
  }
}

/** How the kubelet reports that a CNI plugin failed. */
export const sandboxFailure = (sandboxId: string, { plugin, why }: { plugin: string; why: string }): string =>
  `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${sandboxId}": plugin type="${plugin}" failed (add): ${why}`

/** The id of a pod's sandbox here. */
export const sandboxIdOf = (uid: string): string => uid.replaceAll('-', '').repeat(2)
