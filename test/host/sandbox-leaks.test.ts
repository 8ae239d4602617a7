import { describe, expect, test } from 'vitest'
import { type Containerd, type PodNetwork, startContainerd } from '../support/cri/containerd.ts'
import { readReserved } from '../support/host-local-store.ts'
import { age, judge, releaseAll } from '../support/leak-scene.ts'
import { needs } from '../support/requirements.ts'

const isPossible = needs(
  'addresses that a real containerd leaks',
  'root',
  'network namespaces',
  'containerd',
  'runc',
  'iptables',
  'containernetworking-plugins',
  'busybox-static',
)

const podOf = (index: number) => ({
  uid: `5d1b7f0a-1c2e-4b6f-8a90-${String(index).padStart(12, '0')}`,
  name: `web-${index}`,
  namespace: 'shop',
  nameserver: '10.96.0.10',
})

/** The plugin cannot use a bridge whose last port has gone before its second try; whoever starts pods tries again. */
const runAgain = ({ run }: Containerd, index: number) => run(podOf(index)).catch(() => run(podOf(index)))

/** The addresses of a sandbox by the store of its network. */
async function addressesOf({ root }: Containerd, { dataDir = '/var/lib/cni/networks' }: PodNetwork, id: string) {
  const all = await readReserved(root + dataDir, 'rig')
  return all.filter(({ containerId }) => containerId === id).map(({ address }) => address)
}

interface Case {
  readonly network: PodNetwork
  /** What befalls the node and the second of its three pods. */
  readonly lose: (runtime: Containerd, id: string) => Promise<void>
  readonly leaked: readonly string[]
}

/** Three pods use their ranges up. What leaked then, and nothing else, is found and given to the next pod. */
async function leakAndRelease({ network, lose, leaked }: Case) {
  const runtime = await startContainerd(network)
  const ids: string[] = []
  for (const index of [1, 2, 3]) ids.push(await runtime.run(podOf(index)))
  const store = `${runtime.root}${network.dataDir ?? '/var/lib/cni/networks'}/rig`
  await age(store)
  const all = (await readReserved(`${store}/..`, 'rig')).map(({ address }) => address)
  expect(await judge(runtime.root)).toMatchObject({ live: [...all].sort(), leaked: [], unknown: [] })
  await lose(runtime, ids[1] ?? '')
  await expect(runtime.run(podOf(4))).rejects.toThrow('no IP addresses available')
  const live = all.filter(address => !leaked.includes(address)).sort()
  expect(await judge(runtime.root)).toMatchObject({ live, leaked, unknown: [] })
  expect(await releaseAll(runtime.root)).toEqual(leaked.map(address => `${address} released`))
  const next = await addressesOf(runtime, network, await runAgain(runtime, 5))
  expect(leaked).toEqual(expect.arrayContaining(next))
  expect(next).toHaveLength(network.ranges.length)
}

describe.runIf(isPossible)('what a real containerd leaked is found and given to the next pod', () => {
  test('as a sandbox went without DEL when the runtime was killed', () =>
    leakAndRelease({
      network: { ranges: [{ subnet: '10.91.0.0/24', rangeEnd: '10.91.0.4' }], dataDir: '/var/lib/pods/addresses' },
      lose: async ({ forget, reboot }, id) => {
        await reboot()
        await forget(id)
        await reboot()
      },
      leaked: ['10.91.0.3'],
    }))

  test('as DEL found no iptables, of both families', () =>
    leakAndRelease({
      network: {
        ranges: [
          { subnet: '10.92.0.0/24', rangeEnd: '10.92.0.4' },
          { subnet: 'fd00:92::/64', rangeEnd: 'fd00:92::4' },
        ],
      },
      lose: async ({ removePrograms, restorePrograms, stop }, id) => {
        await removePrograms('iptables', 'ip6tables')
        await stop(id)
        await restorePrograms()
      },
      leaked: ['10.92.0.3', 'fd00:92::3'],
    }))

  test('as the node was started anew and its runtime had lost its store', () =>
    leakAndRelease({
      network: { ranges: [{ subnet: '10.93.0.0/24', rangeEnd: '10.93.0.4' }] },
      lose: async ({ reboot, root }) => {
        await reboot()
        expect(await judge(root)).toMatchObject({ leaked: [], live: ['10.93.0.2', '10.93.0.3', '10.93.0.4'] })
        await reboot('root')
      },
      leaked: ['10.93.0.2', '10.93.0.3', '10.93.0.4'],
    }))

  test('as 60 attempts of pods without iptables used a /26 up', async () => {
    const runtime = await startContainerd({ ranges: [{ subnet: '10.94.0.0/26' }] })
    await runtime.run(podOf(0))
    await runtime.removePrograms('iptables', 'ip6tables')
    for (let turn = 0; turn < 10; turn++) {
      const attempts = [1, 2, 3, 4, 5, 6].map(index => runtime.run(podOf(turn * 6 + index)))
      const failures = (await Promise.allSettled(attempts)).filter(({ status }) => status === 'rejected')
      expect(failures).toHaveLength(6)
    }
    await runtime.restorePrograms()
    await expect(runtime.run(podOf(61))).rejects.toThrow('no IP addresses available')
    await age(`${runtime.root}/var/lib/cni/networks/rig`)
    expect(await judge(runtime.root)).toMatchObject({
      live: ['10.94.0.2'],
      leaked: { length: 60 },
      unknown: [],
      free: [0n],
    })
    expect((await releaseAll(runtime.root)).filter(result => result.endsWith(' released'))).toHaveLength(60)
    await runtime.run(podOf(62))
    expect(await judge(runtime.root)).toMatchObject({ live: { length: 2 }, leaked: [], free: [59n] })
  })
})
