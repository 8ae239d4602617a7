import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { conflist } from '../node/cni-files.ts'
import { network } from '../plan/plan.ts'
import type { Breaker } from './breaker.ts'
import { schedulePods } from './new-pods.ts'

/** The range of the node is small, and live pods use all of it: further pods wait for a sandbox. */
export const rangeExhausted: Breaker = async (node, surroundings) => {
  const { kubelet, plan, machine } = node
  const file = join(machine.root, 'etc/cni/net.d', network.configFile)
  const before = await readFile(file, 'utf8')
  const used = plan.pods.filter(({ cable }) => cable !== null).length
  const last = used + 1 + room
  const range = { rangeStart: `${plan.podPrefix}.2`, rangeEnd: `${plan.podPrefix}.${last}` }
  await writeFile(file, conflist(plan, { range }))
  await node.reloadNetworks()
  kubelet.addresses.range = { first: 2, last }
  const takeAway = await schedulePods(surroundings, node.name, room + 3)
  return async () => {
    takeAway()
    await writeFile(file, before)
    await node.reloadNetworks()
    kubelet.addresses.range = { first: 2, last: 254 }
  }
}

/** Addresses that are still free when the new pods come. */
const room = 4
