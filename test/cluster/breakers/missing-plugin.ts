import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sandboxFailure } from '../node/addresses.ts'
import { writePlugin } from '../node/host-root.ts'
import type { Breaker } from './breaker.ts'
import { schedulePods } from './new-pods.ts'

/** The portmap plugin is not in the node's folder of plugins: new pods wait for a sandbox. */
export const missingPlugin: Breaker = async (node, surroundings) => {
  const { kubelet, machine } = node
  const why = 'failed to find plugin "portmap" in path [/opt/cni/bin]'
  await rm(join(machine.root, 'opt/cni/bin/portmap'))
  kubelet.sandboxError = id => sandboxFailure(id, { plugin: 'portmap', why })
  const takeAway = await schedulePods(surroundings, node.name, 3)
  return async () => {
    takeAway()
    kubelet.sandboxError = () => null
    await writePlugin(machine.root, 'portmap')
  }
}
