import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { liveFiles } from '../../agent/host/files.ts'
import { withFolder } from '../../agent/release/folder.ts'
import { flockPrograms, withLock } from '../../agent/release/lock.ts'
import type { Host } from '../../shared/host.ts'
import { hostLocal } from '../../shared/node/host-local.ts'
import { unavailable } from '../../shared/reading.ts'
import { given } from '../support/collect.ts'
import { addressesOf, containerId, hostLocalStore } from '../support/host-local-store.ts'
import { memoryHost } from '../support/memory-host.ts'
import { ask, listing, orderFor, silentHost, undoOf } from '../support/release-scene.ts'
import { needs } from '../support/requirements.ts'
import { hostRoot, temporaryFolder } from '../support/temporary-folder.ts'

const isAble = needs('giving back on a real store', 'root', 'containernetworking-plugins')

async function leakedStore(count: number, ranges?: Parameters<typeof hostLocalStore>[1]) {
  const folder = await temporaryFolder()
  const store = hostLocalStore(folder, ranges)
  for (let index = 0; index < count; index++) store.call({ command: 'ADD', id: containerId(index) })
  return { ...store, folder }
}

/** Holds the lock of a store in a process of its own. */
async function holdLock(store: string): Promise<{ readonly pid: number; readonly end: () => void }> {
  const child = spawn('flock', ['-x', `${store}/lock`, 'sh', '-c', 'echo held; exec sleep 60'], {
    stdio: 'pipe',
    detached: true,
  })
  const pid = child.pid ?? 0
  const end = () => void (child.exitCode ?? child.signalCode ?? process.kill(-pid, 'SIGKILL'))
  onTestFinished(end)
  await once(child.stdout, 'data')
  return { pid, end }
}

async function untilSomebodyWaits(lock: string): Promise<void> {
  const { ino } = await lstat(lock)
  const isWaiting = async () => new RegExp(`-> FLOCK .*:${ino} `).test(await readFile('/proc/locks', 'utf8'))
  while (!(await isWaiting())) await new Promise(resolve => setImmediate(resolve))
}

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

describe.runIf(isAble)('the lock of host-local', () => {
  test('holds back the plugin, and lets it go on afterwards', async () => {
    const { folder, start, reserved } = await leakedStore(1)
    const { adding, during } = await withFolder(`${folder}/rig`, store =>
      withLock(store, { waitMs: 2_000, programs: flockPrograms('') }, async () => {
        const adding = start({ command: 'ADD', id: containerId(8) })
        await untilSomebodyWaits(`${folder}/rig/lock`)
        return { adding, during: await reserved() }
      }),
    )
    expect(during).toHaveLength(2)
    expect(addressesOf(await adding)).toHaveLength(2)
    expect(await reserved()).toHaveLength(4)
  })

  test('is waited for', async () => {
    const { folder, reserved } = await leakedStore(1)
    const { pid, end } = await holdLock(`${folder}/rig`)
    const run = ask(orderFor(await reserved(), { lockMs: 10_000 }), { folder })
    await untilSomebodyWaits(`${folder}/rig/lock`)
    expect(pid).toBeGreaterThan(0)
    end()
    expect((await run).outcomes.map(({ result }) => result)).toEqual(['released', 'released'])
  })

  test('that is never given back ends in a refusal that names the holder', async () => {
    const { folder, reserved } = await leakedStore(1)
    const { pid } = await holdLock(`${folder}/rig`)
    const { outcomes } = await ask(orderFor(await reserved(), { lockMs: 200 }), { folder })
    expect(outcomes.map(({ result }) => result)).toEqual(['refused', 'refused'])
    expect(outcomes[0]?.why).toMatch(new RegExp(`not free within 200 ms; process ${pid} \\(\\S+\\)`))
    expect(await reserved()).toHaveLength(2)
  })
})

describe.runIf(isAble)('stores that are not as they should be', () => {
  test('a store that is a link is not followed', async () => {
    const { folder, reserved } = await leakedStore(1)
    const judged = await reserved()
    const elsewhere = await temporaryFolder()
    await rename(`${folder}/rig`, `${elsewhere}/rig`)
    await symlink(`${elsewhere}/rig`, `${folder}/rig`)
    const { outcomes } = await ask(orderFor(judged), { folder })
    expect(outcomes[0]).toMatchObject({ result: 'refused', why: expect.stringContaining('symbolic link') })
    expect(await readdir(`${elsewhere}/rig`)).toContain('10.9.0.2')
  })

  test('a reservation that is a link is not followed, nor moved', async () => {
    const { folder, reserved } = await leakedStore(1)
    const judged = await reserved()
    const secret = `${await temporaryFolder()}/secret`
    await writeFile(secret, `${containerId(0)}\r\neth0`)
    await rm(`${folder}/rig/10.9.0.2`)
    await symlink(secret, `${folder}/rig/10.9.0.2`)
    const { results, outcomes } = await ask(orderFor(judged), { folder })
    expect(results).toEqual(['10.9.0.2 refused', 'fd00:9::2 released'])
    expect(outcomes[0]?.why).toContain('symbolic link')
    expect(await readdir(`${folder}/rig`)).toContain('10.9.0.2')
  })

  test('a lock that is a link is not followed', async () => {
    const { folder, reserved } = await leakedStore(1)
    const victim = `${await temporaryFolder()}/victim`
    await rm(`${folder}/rig/lock`)
    await symlink(victim, `${folder}/rig/lock`)
    const { outcomes } = await ask(orderFor(await reserved()), { folder })
    expect(outcomes.map(({ result }) => result)).toEqual(['refused', 'refused'])
    await expect(readFile(victim)).rejects.toThrow('ENOENT')
  })

  test.each([
    ['emptied', ''],
    ['garbled', '\u0000\u0001 x'],
    ['huge', 'a'.repeat(5000)],
  ])('a reservation that was %s meanwhile stays', async (_, content) => {
    const { folder, reserved } = await leakedStore(1)
    const judged = await reserved()
    await writeFile(`${folder}/rig/10.9.0.2`, content)
    expect((await ask(orderFor(judged), { folder })).results).toEqual(['10.9.0.2 refused', 'fd00:9::2 released'])
  })

  test('a world-writable store is worked on, a world-writable archive is not', async () => {
    const { folder, reserved } = await leakedStore(1)
    await chmod(`${folder}/rig`, 0o777)
    await mkdir(`${folder}/.netcheck`)
    await chmod(`${folder}/.netcheck`, 0o777)
    const refused = await ask(orderFor(await reserved()), { folder })
    expect(refused).toMatchObject({ outcomes: [], done: { stopped: expect.stringContaining('others may write') } })
    await chmod(`${folder}/.netcheck`, 0o700)
    expect((await ask(orderFor(await reserved()), { folder })).outcomes).toMatchObject([
      { result: 'released' },
      { result: 'released' },
    ])
  })

  test('an archive that is a link is not followed', async () => {
    const { folder, reserved } = await leakedStore(1)
    await symlink(await temporaryFolder(), `${folder}/.netcheck`)
    const { done } = await ask(orderFor(await reserved()), { folder })
    expect(done.stopped).toContain('symbolic link')
    expect(await reserved()).toHaveLength(2)
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

describe.runIf(isAble)('a full disk', () => {
  /** A file system of 64 kB with two leaks and no room left. */
  async function fullStore() {
    const folder = await temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
    onTestFinished(() => void execFileSync('umount', [folder]))
    const store = hostLocalStore(folder)
    store.call({ command: 'ADD', id: containerId(0) })
    await writeFile(`${folder}/filler`, Buffer.alloc(64 << 10)).catch(() => {})
    return { ...store, folder }
  }

  test('moves nothing that the journal could not tell of', async () => {
    const { folder, reserved } = await fullStore()
    const { outcomes, done } = await ask(orderFor(await reserved()), { folder })
    expect(outcomes.filter(({ result }) => result === 'released')).toEqual([])
    expect([done.stopped, ...outcomes.map(({ why }) => why)].join()).toContain('the disk of the node is full')
    expect(await reserved()).toHaveLength(2)
  })

  test('is no obstacle once there is room again', async () => {
    const { folder, reserved } = await fullStore()
    await ask(orderFor(await reserved()), { folder })
    await rm(`${folder}/filler`)
    const again = await ask(orderFor(await reserved(), { run: '20260102T030406Z-0badcafe' }), { folder })
    expect(again.outcomes.map(({ result }) => result)).toEqual(['released', 'released'])
    expect(again.done.stopped).toBeNull()
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

describe.runIf(isAble)('a store of a whole /16', () => {
  test('is worked on as fast as a small one: only what is named is looked at', async () => {
    const { folder, reserved } = await leakedStore(3)
    const judged = await reserved()
    const names = Array.from({ length: 65_536 }, (_, index) => `10.8.${index >> 8}.${index & 255}`)
    for (const name of names) writeFileSync(`${folder}/rig/${name}`, '')
    const start = performance.now()
    const { outcomes } = await ask(orderFor(judged), { folder })
    expect(outcomes.map(({ result }) => result)).toEqual(judged.map(() => 'released'))
    expect(performance.now() - start).toBeLessThan(5_000)
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
