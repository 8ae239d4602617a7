import { spawnSync } from 'node:child_process'
import { mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { liveFiles } from '../../agent/host/files.ts'
import type { Host } from '../../shared/host.ts'
import { hostLocal } from '../../shared/node/host-local.ts'
import { unavailable } from '../../shared/reading.ts'
import { given } from '../support/collect.ts'
import { needs } from '../support/requirements.ts'
import { hostRoot } from '../support/temporary-folder.ts'

const missing = async () => unavailable('missing', 'not in this test')
const dataDir = '/var/lib/cni/networks'

/** A host that is only a folder, with the distribution's own plugin at work in it. */
async function makeHost() {
  const root = await hostRoot()
  const calls = { run: missing, cri: missing, http: missing, pods: missing }
  const host: Host = { ...liveFiles({ root, proc: '/proc', sys: '/sys' }), ...calls }
  const read = async () => {
    const { roots } = given(await hostLocal.collect(host, { now: Date.now, pause: async () => {}, sampleMs: 0 }))
    const [first] = given(roots[0]?.stores ?? unavailable('failed', 'no root'))
    if (!first) throw new Error('there is no store')
    return first
  }
  return {
    root,
    store: `${root}${dataDir}/rig`,
    read,
    call: (command: 'ADD' | 'DEL', id: string) => callPlugin(root, { command, id }),
  }
}

function callPlugin(root: string, { command, id }: { command: 'ADD' | 'DEL'; id: string }): string {
  const ipam = {
    type: 'host-local',
    dataDir: root + dataDir,
    ranges: [[{ subnet: '10.9.0.0/29' }], [{ subnet: 'fd00:9::/124' }]],
  }
  const { stdout } = spawnSync('/usr/lib/cni/host-local', {
    input: JSON.stringify({ cniVersion: '0.4.0', name: 'rig', type: 'bridge', ipam }),
    env: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: id,
      CNI_NETNS: '/proc/self/ns/net',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/usr/lib/cni',
    },
    encoding: 'utf8',
    timeout: 10_000,
  })
  return stdout
}

const idOf = (index: number) => index.toString(16).padStart(64, 'a')

describe.runIf(needs('the host-local plugin', 'root', 'containernetworking-plugins'))(
  'reservations by the plugin itself',
  () => {
    test('are read as it made them, of both families, and only its own files are no strays', async () => {
      const { call, read, store } = await makeHost()
      call('ADD', idOf(1))
      call('ADD', idOf(2))
      const { reservations, ...rest } = await read()
      expect(rest).toMatchObject({ network: 'rig', path: `${dataDir}/rig`, strays: [], omitted: 0 })
      expect(
        reservations.map(({ address, containerId, interfaceName }) => [address, containerId, interfaceName]),
      ).toEqual([
        ['10.9.0.2', idOf(1), 'eth0'],
        ['10.9.0.3', idOf(2), 'eth0'],
        ['fd00:9::2', idOf(1), 'eth0'],
        ['fd00:9::3', idOf(2), 'eth0'],
      ])
      expect(await readdir(store)).toEqual(expect.arrayContaining(['lock', 'last_reserved_ip.0', 'last_reserved_ip.1']))
      expect(
        reservations.every(
          ({ mtime, inode }) => Math.abs(Date.now() - Date.parse(mtime ?? '')) < 60_000 && (inode ?? 0) > 0,
        ),
      ).toBe(true)
    })

    test('of a range that is used up are as many as it has addresses', async () => {
      const { call, read } = await makeHost()
      const answers = Array.from({ length: 6 }, (_, index) => call('ADD', idOf(index)))
      expect(answers.at(-1)).toContain('no IP addresses available in range set: 10.9.0.1-10.9.0.6')
      const { reservations } = await read()
      expect(reservations.filter(({ address }) => address.includes('.'))).toHaveLength(5)
    })

    test('whose file a crash emptied belong to nobody, and no release of the plugin takes them away', async () => {
      const { call, read, store } = await makeHost()
      call('ADD', idOf(1))
      call('ADD', idOf(2))
      await truncate(`${store}/10.9.0.2`)
      call('DEL', idOf(1))
      call('DEL', idOf(2))
      expect((await read()).reservations).toMatchObject([{ address: '10.9.0.2', containerId: '', interfaceName: null }])
    })

    test('stay apart from what somebody else left in the store, and no link leads out of it', async () => {
      const { call, read, root, store } = await makeHost()
      call('ADD', idOf(1))
      await writeFile(`${root}/etc/secret`, 'secret')
      await symlink('/etc/secret', `${store}/10.9.0.6`)
      await mkdir(`${store}/10.9.0.5`)
      await writeFile(`${store}/10.9.0.4.bak`, idOf(4))
      const { reservations, strays } = await read()
      expect(reservations.map(({ address }) => address)).toEqual(['10.9.0.2', 'fd00:9::2'])
      expect(strays.map(({ name }) => name)).toEqual(['10.9.0.4.bak', '10.9.0.5', '10.9.0.6'])
      expect(JSON.stringify(strays)).not.toContain('secret')
    })
  },
)

test('every one of 4096 reservations is read or counted', async () => {
  const { store, read } = await makeHost()
  await mkdir(store, { recursive: true })
  const names = Array.from({ length: 4096 }, (_, index) => `10.8.${index >> 8}.${index & 255}`)
  await Promise.all(names.map(name => writeFile(`${store}/${name}`, `${idOf(1)}\r\neth0`)))
  const { reservations, omitted, strays } = await read()
  expect(reservations.length + omitted).toBe(4096)
  expect(strays).toEqual([])
})
