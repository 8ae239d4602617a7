import { mkdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { liveFiles } from '../../agent/host/files.ts'
import type { Host } from '../../shared/host.ts'
import { hostLocal } from '../../shared/node/host-local.ts'
import { unavailable } from '../../shared/reading.ts'
import { given } from '../support/collect.ts'
import { addressesOf, containerId, hostLocalStore } from '../support/host-local-store.ts'
import { leakedStore } from '../support/leaked-store.ts'
import { memoryHost } from '../support/memory-host.ts'
import { ask, listing, orderFor, silentHost, undoOf } from '../support/release-scene.ts'
import { needs } from '../support/requirements.ts'
import { hostRoot } from '../support/temporary-folder.ts'

const isAble = needs('giving back on a real store', 'root', 'containernetworking-plugins')

describe.runIf(isAble)('giving back', () => {
  test('a used up range has room for the next pod, in both families', async () => {
    const { folder, call, reserved } = await leakedStore(61)
    expect(call({ command: 'ADD', id: containerId(99) })).toContain('no IP addresses available')
    const own = (await reserved()).filter(({ containerId: id }) => id === containerId(7))
    const { results, done } = await ask(orderFor(own), { folder })
    expect(results).toEqual(own.map(({ address }) => `${address} released`))
    expect(done).toEqual({ runs: [], stopped: null })
    const given = addressesOf(call({ command: 'ADD', id: containerId(99) }))
    expect(given).toHaveLength(2)
    expect(given).toContain(own[0]?.address)
  })

  test('sixty leaks are given back in one run, and the plugin never looks into the backup', async () => {
    const { folder, call, reserved } = await leakedStore(60)
    const before = await reserved()
    const { outcomes } = await ask(orderFor(before), { folder })
    expect(outcomes.map(({ result }) => result)).toEqual(before.map(() => 'released'))
    expect(await reserved()).toEqual([])
    // It would remove what it finds below its store for this container.
    call({ command: 'DEL', id: containerId(3) })
    const { done } = await ask(listing, { folder })
    expect(done.runs).toMatchObject([{ kept: { length: 120 }, complete: true, refused: 0 }])
  })

  test('two networks at once', async () => {
    const { folder, call, reserved } = await leakedStore(2)
    call({ command: 'ADD', network: 'second', id: containerId(5) })
    const { outcomes } = await ask(orderFor([...(await reserved()), ...(await reserved('second'))]), { folder })
    expect(outcomes.map(({ network, result }) => `${network} ${result}`)).toEqual([
      ...Array(4).fill('rig released'),
      ...Array(2).fill('second released'),
    ])
  })

  test('an address that was given back and reserved again meanwhile stays', async () => {
    const { folder, call, reserved } = await leakedStore(1, [[{ subnet: '10.9.0.0/30' }]])
    const judged = await reserved()
    call({ command: 'DEL', id: containerId(0) })
    call({ command: 'ADD', id: containerId(1) })
    const { outcomes } = await ask(orderFor(judged), { folder })
    expect(outcomes).toMatchObject([{ address: '10.9.0.2', result: 'refused' }])
    expect(await reserved()).toMatchObject([{ containerId: containerId(1) }])
  })

  test('one that was only given back is no failure', async () => {
    const { folder, call, reserved } = await leakedStore(1, [[{ subnet: '10.9.0.0/29' }]])
    const judged = await reserved()
    call({ command: 'DEL', id: containerId(0) })
    expect((await ask(orderFor(judged), { folder })).results).toEqual(['10.9.0.2 gone'])
  })

  test('a young reservation stays', async () => {
    const { folder, reserved } = await leakedStore(1)
    const { outcomes } = await ask(orderFor(await reserved(), { graceMs: 60_000 }), { folder })
    expect(outcomes.map(({ why }) => why)).toEqual(['it is too young', 'it is too young'])
  })

  test.each([
    ['lists its sandbox', { openHost: () => silentHost({ items: [{ id: containerId(0), metadata: {} }] }) }],
    ['runtime does not answer', { openHost: () => silentHost(unavailable('timeout', 'no answer')) }],
    ['runtime does not answer', { openHost: () => memoryHost({ files: { '/proc/1/environ': '' } }) }],
    [
      'a plugin is at work for its container (ADD)',
      {
        openHost: () =>
          memoryHost({
            files: { '/proc/9/environ': `A=b\0CNI_CONTAINERID=${containerId(0)}\0CNI_COMMAND=ADD\0` },
            cri: { 'pod-sandboxes': { items: [] } },
          }),
      },
    ],
    [
      'whether a plugin is at work cannot be seen',
      {
        openHost: () =>
          memoryHost({
            files: { '/proc/9/environ': unavailable('denied', 'EACCES') },
            cri: { 'pod-sandboxes': { items: [] } },
          }),
      },
    ],
  ])('it stays when the node says: %s', async (why, scene) => {
    const { folder, reserved } = await leakedStore(1)
    const { outcomes } = await ask(orderFor(await reserved()), { folder, ...scene })
    expect(outcomes.map(({ result }) => result)).toEqual(['refused', 'refused'])
    expect(outcomes[0]?.why).toContain(why)
    expect(await reserved()).toHaveLength(2)
  })

  test('an address that a running pod has stays, of either family', async () => {
    const { folder, reserved } = await leakedStore(1)
    const [four, six] = await reserved()
    const inside = {
      '/proc/net/fib_trie': `Local:\n  |-- ${four?.address}\n     /32 host LOCAL\n`,
      '/proc/net/if_inet6': 'fd000009000000000000000000000002 02 78 00 80     eth0\n',
    }
    const openHost = () =>
      memoryHost({
        files: { '/proc/1/environ': '' },
        cri: { 'pod-sandboxes': { items: [] } },
        pods: { uid: { files: inside } },
      })
    expect(six?.address).toBe('fd00:9::2')
    const { outcomes } = await ask(orderFor(await reserved()), { folder, openHost })
    expect(outcomes.map(({ why }) => why)).toEqual(['a running pod has this address', 'a running pod has this address'])
  })
})

describe.runIf(isAble)('putting back', () => {
  test('what was given back is reserved as before; a second time there is nothing to do', async () => {
    const { folder, reserved } = await leakedStore(3)
    const before = await reserved()
    await ask(orderFor(before), { folder })
    const { results } = await ask(undoOf(), { folder })
    expect(results).toEqual(before.map(({ address }) => `${address} put-back`))
    expect(await reserved()).toEqual(before)
    expect((await ask(undoOf(), { folder })).results).toEqual(before.map(({ address }) => `${address} gone`))
    const { done } = await ask(listing, { folder })
    expect(done.runs).toMatchObject([{ kept: [], putBack: 6, complete: true }])
  })

  test('never takes an address from the pod that has it now', async () => {
    const { folder, call, reserved } = await leakedStore(1, [[{ subnet: '10.9.0.0/30' }]])
    await ask(orderFor(await reserved()), { folder })
    call({ command: 'ADD', id: containerId(1) })
    expect((await ask(undoOf(), { folder })).results).toEqual(['10.9.0.2 taken'])
    expect(await reserved()).toMatchObject([{ containerId: containerId(1) }])
    expect((await ask(listing, { folder })).done.runs).toMatchObject([{ kept: [{ address: '10.9.0.2' }] }])
  })

  test('of a run that never was says so', async () => {
    const { folder } = await leakedStore(1)
    const { done } = await ask(undoOf(), { folder })
    expect(done.stopped).toBe('there is no run 20260102T030405Z-0badcafe')
    expect((await ask(listing, { folder })).done).toEqual({ runs: [], stopped: null })
  })
})

describe.runIf(isAble)('pods that come and go meanwhile', () => {
  test('never lose an address, though files and inodes are used again', async () => {
    const { folder, start, reserved } = await leakedStore(24, [
      [{ subnet: '10.9.0.0/27' }],
      [{ subnet: 'fd00:9::/122' }],
    ])
    const judged = await reserved()
    const live = new Map<string, readonly string[]>()
    const churn = async (from: number) => {
      for (let index = from; index < 24; index += 3) {
        await start({ command: 'DEL', id: containerId(index) })
        const id = containerId(1000 + index)
        const given = addressesOf(await start({ command: 'ADD', id }))
        if (given.length > 0) live.set(id, given)
      }
    }
    const [{ outcomes }] = await Promise.all([ask(orderFor(judged), { folder }), churn(0), churn(1), churn(2)])
    expect(outcomes).toHaveLength(judged.length)
    expect(live.size).toBeGreaterThan(0)
    const now = await reserved()
    for (const [id, given] of live) {
      const own = now.filter(({ containerId: owner }) => owner === id).map(({ address }) => address)
      expect(own.sort()).toEqual([...given].sort())
    }
    await ask(undoOf(), { folder })
    const after = await reserved()
    for (const [id, given] of live) {
      expect(after.filter(({ containerId: owner }) => owner === id)).toHaveLength(given.length)
    }
  })
})

test.runIf(isAble)('what was given back is no store of a network', async () => {
  const root = await hostRoot()
  const folder = `${root}/var/lib/cni/networks`
  await mkdir(folder, { recursive: true })
  const store = hostLocalStore(folder)
  store.call({ command: 'ADD', id: containerId(0) })
  await ask(orderFor(await store.reserved()), { folder })
  const missing = async () => unavailable('missing', 'not in this test')
  const calls = { run: missing, cri: missing, http: missing, pods: missing }
  const host: Host = { ...liveFiles({ root, proc: '/proc', sys: '/sys' }), ...calls }
  const { roots } = given(await hostLocal.collect(host, { now: Date.now, pause: async () => {}, sampleMs: 0 }))
  const stores = given(roots[0]?.stores ?? unavailable('failed', 'no root'))
  expect(stores.map(({ network, strays }) => ({ network, strays }))).toEqual([{ network: 'rig', strays: [] }])
})
