import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withFolder } from '../../agent/release/folder.ts'
import { flockPrograms, withLock } from '../../agent/release/lock.ts'
import { addressesOf, containerId, hostLocalStore } from '../support/host-local-store.ts'
import { holdLock, leakedStore, untilSomebodyOpens, untilSomebodyWaits } from '../support/leaked-store.ts'
import { ask, orderFor } from '../support/release-scene.ts'
import { needs } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const isAble = needs('giving back on a store in trouble', 'root', 'containernetworking-plugins')

describe.runIf(isAble)('the lock of host-local', () => {
  test('holds back the plugin, and lets it go on afterwards', async () => {
    const { folder, start, reserved } = await leakedStore(1)
    const { adding, during } = await withFolder(`${folder}/rig`, store =>
      withLock(store, { waitMs: 2_000, programs: flockPrograms('') }, async () => {
        const adding = start({ command: 'ADD', id: containerId(8) })
        await untilSomebodyOpens(`${folder}/rig/lock`)
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

describe.runIf(isAble)('a store of thousands', () => {
  test('is worked on as fast as a small one: only what is named is opened', async () => {
    const folder = await temporaryFolder()
    // Reading a file changes its time of access, as it would not with the usual options of a mount.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'strictatime', 'tmpfs', folder])
    onTestFinished(() => void execFileSync('umount', [folder]))
    const { call, reserved } = hostLocalStore(folder)
    call({ command: 'ADD', id: containerId(0) })
    const judged = await reserved()
    const others = Array.from({ length: 4_096 }, (_, index) => `${folder}/rig/10.8.${index >> 8}.${index & 255}`)
    for (const path of others) writeFileSync(path, 'x'.repeat(64))
    const long = new Date('2020-01-01T00:00:00Z')
    for (const path of others) utimesSync(path, long, long)
    const { outcomes } = await ask(orderFor(judged), { folder })
    expect(outcomes.map(({ result }) => result)).toEqual(judged.map(() => 'released'))
    expect(others.filter(path => statSync(path).atimeMs !== long.getTime())).toEqual([])
    readFileSync(others[0] ?? '')
    expect(statSync(others[0] ?? '').atimeMs).toBeGreaterThan(long.getTime())
  })
})
