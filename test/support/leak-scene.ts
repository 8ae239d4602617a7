import { readdir, utimes } from 'node:fs/promises'
import { findMounts } from '../../agent/host/mounts.ts'
import { liveHost } from '../../agent/live-host.ts'
import { addressParts, addressUse, inState, type NetworkUse } from '../../plugin/model/address-use.ts'
import { planRelease } from '../../plugin/model/release-plan.ts'
import { collectNode } from '../../shared/collect-node.ts'
import { parts } from '../../shared/gen/parts.ts'
import { ok } from '../../shared/reading.ts'
import { ask, orderFor } from './release-scene.ts'

const openHost = async (root: string) => liveHost(await findMounts({ root, proc: '/proc', sys: '/sys' }))

/** Ages every reservation of a store by an hour. */
export async function age(store: string): Promise<void> {
  const then = new Date(Date.now() - 3_600_000)
  for (const name of await readdir(store)) await utimes(`${store}/${name}`, then, then)
}

/** What `ipam` says about the only network of a host, whose pods the API does not know. */
export async function judge(root: string) {
  // The second look comes later by a clock that nobody has to wait for.
  let passed = 0
  const context = {
    now: () => Date.now() + passed,
    sampleMs: 500,
    pause: async (ms: number) => {
      passed += ms
    },
  }
  const wanted = Object.fromEntries(addressParts.map(name => [name, parts[name]])) as Pick<
    typeof parts,
    (typeof addressParts)[number]
  >
  const node = await collectNode(wanted, { host: await openHost(root), context })
  const use = addressUse({ parts: node, node: undefined, pods: ok([]), takenAt: Date.now() })
  const [network, ...more] = use.networks
  if (!network || more.length > 0) throw new Error(`there is not one network: ${use.unknown}`)
  return { use, ...addressesByState(network) }
}

function addressesByState(network: NetworkUse) {
  const addresses = (state: 'live' | 'leaked' | 'unknown') =>
    inState(network, state)
      .map(({ reservation }) => reservation.address)
      .sort()
  return {
    live: addresses('live'),
    leaked: addresses('leaked'),
    unknown: inState(network, 'unknown').map(({ reservation, why }) => `${reservation.address}: ${why}`),
    free: network.ranges.map(({ free }) => free),
  }
}

/** Gives everything back that leaked on a host, as `ipam release --all-leaked --yes` does; what was decided. */
export async function releaseAll(root: string) {
  const { use } = await judge(root)
  const { stores, refusals } = planRelease(use, { addresses: null, network: undefined })
  const [store, ...more] = stores
  if (!store || more.length > 0) throw new Error(`there is not one store: ${JSON.stringify(refusals)}`)
  const order = orderFor(
    store.candidates.map(({ reserved }) => reserved),
    { graceMs: 1_800_000 },
  )
  const host = await openHost(root)
  const { results } = await ask(order, { folder: root + store.dataDir, openHost: () => host })
  return results.sort()
}
