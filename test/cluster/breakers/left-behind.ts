import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sandboxFailure } from '../node/addresses.ts'
import { writePlugin } from '../node/host-root.ts'
import { network } from '../plan/plan.ts'
import type { Breaker } from './breaker.ts'
import { schedulePods } from './new-pods.ts'

/** As Weave Net's installer writes it. */
const text = `${JSON.stringify(
  {
    cniVersion: '0.3.0',
    name: 'weave',
    plugins: [
      { name: 'weave', type: 'weave-net', hairpinMode: true },
      { type: 'portmap', capabilities: { portMappings: true }, snat: true },
    ],
  },
  null,
  4,
)}\n`

/** Weave Net was removed from the cluster, its configuration and its plugin stayed on the node: new pods wait for a sandbox. */
export const weaveLeftBehind: Breaker = async (node, surroundings) => {
  const { kubelet, machine, runtime } = node
  const folder = join(machine.root, 'etc/cni/net.d')
  const own = join(folder, network.configFile)
  const before = await readFile(own, 'utf8')
  await rm(own)
  await writeFile(join(folder, '10-weave.conflist'), text)
  await writePlugin(machine.root, 'weave-net')
  runtime.loaded = text
  kubelet.sandboxError = id => sandboxFailure(id, { plugin: 'weave-net', why: refused(id) })
  const takeAway = await schedulePods(surroundings, node.name, 2)
  return async () => {
    takeAway()
    kubelet.sandboxError = () => null
    await rm(join(folder, '10-weave.conflist'))
    await rm(join(machine.root, 'opt/cni/bin/weave-net'))
    await writeFile(own, before)
    await node.reloadNetworks()
  }
}

const refused = (id: string) =>
  `unable to allocate IP address: Post "http://127.0.0.1:6784/ip/${id}": dial tcp 127.0.0.1:6784: connect: connection refused`
