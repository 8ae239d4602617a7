import { expect, test } from 'vitest'
import { replayHost } from '../../../plugin/bundle/replay-host.ts'
import { podNamespaces } from '../../../shared/node/pod-namespaces.ts'
import { recordHost } from '../../../shared/recording/record-host.ts'
import { collect, given } from '../../support/collect.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'
import { type MemoryHostFiles, memoryHost } from '../../support/memory-host.ts'

const web = '5d1b7f0a-1c2e-4b6f-8a90-3e4f5a6b7c81'
const dns = '5d1b7f0a-1c2e-4b6f-8a90-3e4f5a6b7c82'

const sockets = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const listening = (address: string) =>
  `${sockets}   0: ${address} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20000 1\n`

const pod = (uid: string, files: MemoryHostFiles['files'] = {}): MemoryHostFiles => ({
  files: {
    '/proc/self/cgroup': `0::/kubepods/pod${uid}/x\n`,
    '/proc/net/dev': 'Inter-| x\n face |x\n    lo: 0 0\n  eth0: 1 2\n',
    '/sys/class/net/eth0/mtu': '1450\n',
    '/proc/net/fib_trie': '  |-- 10.244.1.7\n     /32 host LOCAL\n  |-- 127.0.0.1\n     /32 host LOCAL\n',
    '/proc/net/route':
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0100F40A\t0003\t0\t0\t0\t00000000\n',
    '/proc/net/tcp': listening('00000000:1F90'),
    '/proc/net/udp': sockets,
    '/etc/resolv.conf': 'nameserver 10.96.0.10\noptions ndots:5\n',
    ...files,
  },
})

const items = [
  { id: 'a'.repeat(64), metadata: { name: 'web', namespace: 'shop', uid: web } },
  { id: 'b'.repeat(64), metadata: { name: 'dns', namespace: 'kube-system', uid: dns } },
]

test('a pod is told with its name, addresses, devices, routes, listeners and resolver', async () => {
  const node = { pods: { [web]: pod(web) }, cri: { 'pod-sandboxes': { items } } }
  const { namespaces, complete } = given(await collect(podNamespaces, node))
  expect(complete).toBe(true)
  expect(namespaces).toMatchObject([{ isHost: null, pods: [{ uid: web, namespace: 'shop', name: 'web' }] }])
  const [first] = namespaces
  expect(first && given(given(first.network).devices)).toEqual([
    { name: 'lo', mtu: null },
    { name: 'eth0', mtu: 1450 },
  ])
  expect(first && given(given(first.network).addresses)).toEqual([
    { device: 'eth0', address: '10.244.1.7/32' },
    { device: 'lo', address: '127.0.0.1/8' },
  ])
  expect(first && given(given(first.network).routes)).toMatchObject([{ gateway: '10.244.0.1', device: 'eth0' }])
  expect(first && given(given(first.network).listeners).sockets).toEqual([
    { protocol: 'tcp', family: 4, address: '0.0.0.0', port: 8080 },
  ])
  expect(first?.pods.map(({ resolver }) => given(resolver).nameservers)).toEqual([['10.96.0.10']])
})

test('pods are told without a runtime, and with one only those it knows', async () => {
  const foreign = '11111111-2222-3333-4444-555555555555'
  const pods = { [web]: pod(web), [foreign]: pod(foreign) }
  const uids = async (node: MemoryHostFiles) =>
    given(await collect(podNamespaces, node)).namespaces.flatMap(each => each.pods.map(({ uid }) => uid))
  expect(await uids({ pods })).toEqual([web, foreign])
  expect(await uids({ pods, cri: { 'pod-sandboxes': { items } } })).toEqual([web])
})

test('a pod that ended, or whose process is another one now, leaves its neighbours as they are', async () => {
  const gone = pod(web, { '/proc/self/cgroup': '0::/system.slice/cron.service\n' })
  const { namespaces } = given(await collect(podNamespaces, { pods: { [web]: gone, [dns]: pod(dns) } }))
  const [first, second] = namespaces
  expect(first?.network).toMatchObject({ reason: 'missing', detail: `pod ${web} ended while it was looked at` })
  expect(first?.pods[0]?.resolver).toMatchObject({ reason: 'missing' })
  expect(second?.network.status).toBe('ok')
})

test('pods of one network namespace stand together, and those of the host have no network of their own', async () => {
  const memory = memoryHost({
    files: pod(web).files ?? {},
    pods: { [web]: pod(web), [dns]: pod(dns), third: pod('third') },
  })
  const numbered = (inode: number) => async () => ({ status: 'ok', value: { type: 'file', inode } }) as const
  const numbers = [7, 7, 8]
  const host = {
    ...memory,
    stat: numbered(7),
    pods: async () => {
      const inside = given(await memory.pods())
      const value = inside.map((each, index) => ({
        ...each,
        host: { ...each.host, stat: numbered(numbers[index] ?? 0) },
      }))
      return { status: 'ok', value } as const
    },
  }
  const context = { now: () => 0, pause: async () => {}, sampleMs: 1 }
  const { namespaces } = given(await podNamespaces.collect(host, context))
  expect(namespaces.map(({ pods, isHost }) => [pods.map(({ uid }) => uid), isHost])).toEqual([
    [[web, dns], true],
    [['third'], false],
  ])
  expect(namespaces[0]?.network).toMatchObject({ reason: 'missing', detail: 'the pod has no network of its own' })
})

test('a recording of it gives the same', async () => {
  const node = { pods: { [web]: pod(web), [dns]: pod(dns) }, cri: { 'pod-sandboxes': { items } } }
  const context = { now: () => 0, pause: async () => {}, sampleMs: 1 }
  const recorder = recordHost(memoryHost(node))
  const live = await podNamespaces.collect(recorder.host, context)
  const files = [...recorder.files()].map(
    ([path, bytes]) => [`nodes/n/${path}`, new TextDecoder().decode(bytes)] as const,
  )
  const replayed = await podNamespaces.collect(await replayHost(memoryBundle(Object.fromEntries(files)), 'n'), context)
  expect(given(replayed).namespaces).toEqual(given(live).namespaces)
  expect(files.map(([path]) => path)).toContain(`nodes/n/netns/${web}/files/proc/net/route`)
})

test('a recording without pods was not looked at', async () => {
  const reading = await podNamespaces.collect(await replayHost(memoryBundle({}), 'n'), {
    now: () => 0,
    pause: async () => {},
    sampleMs: 1,
  })
  expect(reading).toMatchObject({ reason: 'not-recorded' })
})

test('tables of sockets are read while there is time, and all else of every pod', async () => {
  let now = 0
  const context = { now: () => (now += 1500), pause: async () => {}, sampleMs: 1 }
  const { namespaces } = given(await collect(podNamespaces, { pods: { [web]: pod(web), [dns]: pod(dns) } }, context))
  const networks = namespaces.map(({ network }) => given(network))
  expect(networks.map(({ listeners }) => (listeners.status === 'ok' ? 'ok' : listeners.reason))).toEqual([
    'ok',
    'timeout',
  ])
  expect(networks.map(({ addresses }) => given(addresses).length)).toEqual([2, 2])
})

test('a recording made in a pod tells from which port on anybody may listen', async () => {
  const start = { '/proc/sys/net/ipv4/ip_unprivileged_port_start': '1024\n' }
  const { namespaces } = given(await collect(podNamespaces, { pods: { [web]: pod(web, start), [dns]: pod(dns) } }))
  const ports = namespaces.map(({ network }) => given(network).firstFreePort)
  expect(ports).toMatchObject([{ value: 1024 }, { reason: 'missing' }])
})
