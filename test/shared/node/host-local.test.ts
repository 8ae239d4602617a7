import { expect, test } from 'vitest'
import type { Host } from '../../../shared/host.ts'
import { hostLocal } from '../../../shared/node/host-local.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import { type MemoryFile, memoryHost } from '../../support/memory-host.ts'

const id = 'a'.repeat(64)
const root = '/var/lib/cni/networks'
const mtime = '2026-11-21T03:32:29.999Z'

const read = async (files: Record<string, MemoryFile>) => given(await collect(hostLocal, { files })).roots

test('reservations of a network, without the files that are the plugin’s own', async () => {
  const [found] = await read({
    [`${root}/cbr0/10.244.0.2`]: { content: `${id}\r\neth0`, mtime },
    [`${root}/cbr0/fd00::2`]: `${id}\r\neth0`,
    [`${root}/cbr0/10.244.0.3`]: '',
    [`${root}/cbr0/10.244.0.4`]: id,
    [`${root}/cbr0/last_reserved_ip.0`]: '10.244.0.3',
    [`${root}/cbr0/lock`]: '',
  })
  const inode = null
  expect(given(found?.stores ?? unavailable('failed', 'no root'))).toEqual([
    {
      path: `${root}/cbr0`,
      network: 'cbr0',
      strays: [],
      omitted: 0,
      reservations: [
        { address: '10.244.0.2', containerId: id, interfaceName: 'eth0', mtime, inode },
        { address: '10.244.0.3', containerId: '', interfaceName: null, mtime: null, inode },
        { address: '10.244.0.4', containerId: id, interfaceName: null, mtime: null, inode },
        { address: 'fd00::2', containerId: id, interfaceName: 'eth0', mtime: null, inode },
      ],
    },
  ])
})

test('everything else in a store is a stray, with why', async () => {
  const [found] = await read({
    [`${root}/n/10.0.0.1`]: { link: '/etc/shadow' },
    '/etc/shadow': 'secret',
    [`${root}/n/10.0.0.2/inner`]: '',
    [`${root}/n/10.0.0.3`]: unavailable('denied', 'permission denied'),
    [`${root}/n/10.0.0.4`]: 'two words',
    [`${root}/n/010.0.0.5`]: id,
    [`${root}/n/FD00::5`]: id,
    [`${root}/n/notes.txt`]: '',
    [`${root}/n/last_reserved_ip.x`]: '',
  })
  const [store] = given(found?.stores ?? unavailable('failed', 'no root'))
  expect(store?.reservations).toEqual([])
  expect(Object.fromEntries(store?.strays.map(({ name, why }) => [name, why]) ?? [])).toEqual({
    '10.0.0.1': 'it is no file (link)',
    '10.0.0.2': 'it is no file (dir)',
    '10.0.0.3': 'permission denied',
    '10.0.0.4': 'the content is no container id',
    '010.0.0.5': 'the name is no address',
    'FD00::5': 'the name is not the usual text of its address',
    'notes.txt': 'the name is no address',
    'last_reserved_ip.x': 'the name is no address',
  })
})

test('data directories that any configuration names are looked at beside the usual one', async () => {
  const ipam = (dataDir: string) => ({ type: 'ptp', ipam: { type: 'host-local', dataDir } })
  const roots = await read({
    '/etc/cni/net.d/10-kindnet.conflist': JSON.stringify({ name: 'kindnet', plugins: [ipam('/run/cni-ipam-state/')] }),
    '/etc/cni/net.d/99-old.conf': JSON.stringify({ name: 'old', ...ipam('/srv/old') }),
    '/run/cni-ipam-state/kindnet/10.244.0.2': id,
  })
  expect(roots.map(({ path, stores }) => `${path} ${reasonOf(stores)}`)).toEqual([
    `${root} missing`,
    '/run/cni-ipam-state ok',
    '/srv/old missing',
  ])
})

test('files and links beside the stores are no stores', async () => {
  const [found] = await read({
    [`${root}/n/10.0.0.1`]: id,
    [`${root}/elsewhere`]: { link: '/srv' },
    '/srv/10.0.0.9': id,
    [`${root}/file`]: '',
  })
  expect(given(found?.stores ?? unavailable('failed', 'no root')).map(({ network }) => network)).toEqual(['n'])
})

test('a store that cannot be listed leaves its whole root unread, and the part with it', async () => {
  const files = { [`${root}/a/10.0.0.1`]: id, [`${root}/b`]: unavailable('denied', 'no') }
  expect(reasonOf(await collect(hostLocal, { files }))).toBe('denied')
})

test.each([undefined, 4_000])('when the time of %s ms runs out, the rest is counted', async deadlineMs => {
  const files = Object.fromEntries(
    Array.from({ length: 8_000 }, (_, index) => [`${root}/n/10.0.${index >> 8}.${index & 255}`, id]),
  )
  let clock = 0
  const context = {
    now: () => (clock += 1_000),
    pause: async () => {},
    sampleMs: 0,
    ...(deadlineMs ? { deadlineMs } : {}),
  }
  const readSmall: Host['readSmall'] = async ({ names }) => names.map(() => ({ text: id, mtime, inode: 1 }))
  const [found] = given(await hostLocal.collect({ ...memoryHost({ files }), readSmall }, context)).roots
  const [store] = given(found?.stores ?? unavailable('failed', 'no root'))
  expect(store?.omitted).toBe(deadlineMs ? 8_000 - 3 * 1024 : 8_000 - 6 * 1024)
  expect((store?.omitted ?? 0) + (store?.reservations.length ?? 0)).toBe(8_000)
})
