import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { network } from '../cluster/plan/plan.ts'
import { containerId } from '../support/host-local-store.ts'
import { needs } from '../support/requirements.ts'
import { netcheck } from './support/cli.ts'
import { isForeign, openTarget, type Target } from './support/target.ts'

const isAble = !isForeign && needs('giving back on the embedded cluster', 'root')

describe.runIf(isAble)('giving leaked addresses back', () => {
  let target: Target
  let store: string
  const leaked = [201, 202, 203]

  beforeAll(async () => {
    target = await openTarget()
    const node = target.embedded?.node('node2')
    if (!node) throw new Error('there is no node2')
    store = join(node.machine.root, 'var/lib/cni/networks', network.name)
    const hoursAgo = new Date(Date.now() - 5 * 3_600_000)
    await mkdir(store, { recursive: true })
    for (const last of leaked) {
      const file = join(store, `${node.plan.podPrefix}.${last}`)
      await writeFile(file, `${containerId(last)}\r\neth0`)
      await utimes(file, hoursAgo, hoursAgo)
    }
  })
  afterAll(async () => {
    await rm(join(store, '../.netcheck'), { recursive: true, force: true })
    await target.stop()
  })

  const ipam = (...args: readonly string[]) =>
    netcheck('ipam', ...args, '--node', 'node2', '--kubeconfig', target.kubeconfig)
  const reservations = async () => (await readdir(store)).filter(name => /^\d+\./.test(name)).sort()

  test('a dry run names them and changes nothing', async () => {
    const before = await reservations()
    const { stdout, exitCode } = await ipam('release', '--all-leaked')
    expect(stdout).toMatch(/^3 addresses would be given back on node2:\n/)
    expect(stdout).toContain('ipam release --node node2 --all-leaked --yes')
    expect(exitCode).toBe(0)
    expect(await reservations()).toEqual(before)
  })

  test('a live address stays, whoever asks', async () => {
    const live = (await reservations()).find(name => !leaked.some(last => name.endsWith(`.${last}`))) ?? ''
    const { stdout, exitCode } = await ipam('release', '--address', live, '--yes')
    expect(stdout).toContain(`${live} left alone: live: the runtime lists its sandbox`)
    expect(exitCode).toBe(1)
    expect(await reservations()).toContain(live)
  })

  test('--yes gives them back, undo lists the run and puts it back', { timeout: 90_000 }, async () => {
    const before = await reservations()
    const { stdout, stderr, exitCode } = await ipam('release', '--all-leaked', '--yes')
    const run = /--run (\S+)/.exec(stderr)?.[1] ?? ''
    expect([stdout, exitCode]).toEqual(['3 given back', 0])
    expect(await reservations()).toHaveLength(before.length - 3)
    const listed = await ipam('undo', '-o', 'json')
    expect(JSON.parse(listed.stdout)).toMatchObject({
      node: 'node2',
      runs: [{ run, kept: { length: 3 }, complete: true }],
    })
    expect((await ipam('undo', '--run', run)).stdout).toBe('3 put back')
    expect(await reservations()).toEqual(before)
    expect(await readFile(join(store, before.find(name => name.endsWith('.201')) ?? ''), 'utf8')).toContain('eth0')
  })

  test.each([
    ['neither addresses nor all', ['release']],
    ['both', ['release', '--all-leaked', '--address', '10.0.0.1']],
    ['a run that is none', ['undo', '--run', 'x']],
    ['an unknown action', ['free']],
  ])('%s is a usage error', async (_, args) => {
    const { stderr, exitCode } = await ipam(...args)
    expect(stderr).toMatch(/^error: /)
    expect(exitCode).toBe(2)
  })
})
