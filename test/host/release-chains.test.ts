import { execFileSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addressesOf, containerId, readReserved } from '../support/host-local-store.ts'
import { makeNamespace, type Namespace } from '../support/namespace.ts'
import { ask, orderFor } from '../support/release-scene.ts'
import { needs } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const isAble = needs(
  'giving back what chains of plugins leaked',
  'root',
  'iproute2',
  'iptables',
  'containernetworking-plugins',
)

type Main = 'bridge' | 'ptp'

interface Network {
  readonly node: Namespace
  readonly main: Main
  readonly dataDir: string
}

/** Room for two pods of each family. */
const ranges = [
  [{ subnet: '10.77.0.0/24', rangeStart: '10.77.0.10', rangeEnd: '10.77.0.11' }],
  [{ subnet: 'fd00:77::/64', rangeStart: 'fd00:77::a', rangeEnd: 'fd00:77::b' }],
]

const configOf = ({ main, dataDir }: Network) => ({
  cniVersion: '0.4.0',
  name: main,
  type: main,
  bridge: 'cni0',
  isGateway: true,
  ipam: { type: 'host-local', dataDir, ranges },
})

let count = 0

/** A network namespace for a pod, which ends with the test. */
function makePod(): string {
  const name = `netcheck-pod-${process.pid}-${count++}`
  execFileSync('ip', ['netns', 'add', name])
  onTestFinished(() => void execFileSync('ip', ['netns', 'del', name]))
  return `/run/netns/${name}`
}

interface Call {
  readonly plugin: string
  readonly verb: 'ADD' | 'DEL'
  readonly pod: string
  readonly id: string
  readonly config: object
  readonly path?: string
}

const everywhere = '/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs a plugin as the runtime of the node does and returns what it printed, the result or the error. */
const call = (node: Namespace, { plugin, verb, pod, id, config, path = everywhere }: Call): string =>
  node.run(`export CNI_COMMAND=${verb} CNI_CONTAINERID=${id} CNI_NETNS=${pod} CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni PATH=${path}
/usr/lib/cni/${plugin} <<'JSON' || :
${JSON.stringify(config)}
JSON`)

/** The chain of a pod with a published port. */
function add(network: Network, { pod, id }: { pod: string; id: string }) {
  const config = configOf(network)
  const result = call(network.node, { plugin: network.main, verb: 'ADD', pod, id, config })
  const portMap = {
    cniVersion: '0.4.0',
    name: network.main,
    type: 'portmap',
    prevResult: JSON.parse(result),
    runtimeConfig: { portMappings: [{ hostPort: 8080 + count, containerPort: 80, protocol: 'tcp' }] },
  }
  call(network.node, { plugin: 'portmap', verb: 'ADD', pod, id, config: portMap })
  return { result, portMap, config }
}

describe.runIf(isAble).each<Main>(['bridge', 'ptp'])('pods of %s that leaked both addresses', main => {
  /** Uses up the range with two pods and loses the first. */
  async function scene(
    lose: (network: Network, lost: { pod: string; id: string } & ReturnType<typeof add>) => Network,
  ) {
    const first: Network = { node: makeNamespace(), main, dataDir: await temporaryFolder() }
    const lost = { pod: makePod(), id: containerId(1) }
    const added = add(first, lost)
    add(first, { pod: makePod(), id: containerId(2) })
    const network = lose(first, { ...lost, ...added })
    // A pod that is tried again gets a sandbox of its own each time.
    const tryNext = () => {
      const pod = makePod()
      return call(network.node, { plugin: main, verb: 'ADD', pod, id: containerId(3), config: configOf(network) })
    }
    expect(tryNext()).toContain('no IP addresses available in range set')
    const all = await readReserved(network.dataDir, main)
    const leaked = all.filter(({ containerId: id }) => id === lost.id)
    expect(leaked).toHaveLength(2)
    const { outcomes } = await ask(orderFor(leaked), { folder: network.dataDir })
    expect(outcomes.map(({ result }) => result)).toEqual(['released', 'released'])
    expect([...addressesOf(tryNext())].sort()).toEqual(leaked.map(({ address }) => address))
    const live = (await readReserved(network.dataDir, main)).filter(({ containerId: id }) => id === containerId(2))
    expect(live).toHaveLength(2)
  }

  test('as nobody called DEL', () => scene(network => network))

  test('as DEL found no iptables and the chain ended there', () =>
    scene((network, { pod, id, portMap }) => {
      const broken = { plugin: 'portmap', verb: 'DEL', pod, id, config: portMap, path: '/nowhere' } as const
      expect(call(network.node, broken)).toContain('iptables')
      return network
    }))

  test('as the node was started anew', () => scene(network => ({ ...network, node: makeNamespace() })))
})
