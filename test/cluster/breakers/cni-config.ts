import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterNode } from '../node/node.ts'
import { network } from '../plan/plan.ts'
import type { Breaker, Surroundings } from './breaker.ts'
import { schedulePods } from './new-pods.ts'
import { networkNotReady, setNodeState, withoutNetwork } from './node-state.ts'

/** The folder of network configurations is empty: the node is NotReady. */
export const noCniConfig: Breaker = (node, surroundings) => breakConfig(node, surroundings, file => rm(file))

/** The only network configuration is truncated: the node is NotReady. */
export const brokenConflist: Breaker = (node, surroundings) =>
  breakConfig(node, surroundings, async file => {
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.slice(0, text.length / 2))
  })

async function breakConfig(
  node: ClusterNode,
  surroundings: Surroundings,
  damage: (file: string) => Promise<void>,
): Promise<() => Promise<void>> {
  const file = join(node.machine.root, 'etc/cni/net.d', network.configFile)
  const before = await readFile(file, 'utf8')
  await damage(file)
  await node.reloadNetworks()
  node.kubelet.sandboxError = () => `network is not ready: ${networkNotReady}`
  const putBack = setNodeState(surroundings, node.name, withoutNetwork)
  const takeAway = await schedulePods(surroundings, node.name, 1)
  return async () => {
    takeAway()
    await writeFile(file, before)
    await node.reloadNetworks()
    node.kubelet.sandboxError = () => null
    putBack()
  }
}
