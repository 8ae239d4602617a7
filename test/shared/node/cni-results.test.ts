import { expect, test } from 'vitest'
import { cniResults } from '../../../shared/node/cni-results.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import type { MemoryFile } from '../../support/memory-host.ts'

const root = '/var/lib/cni/results'
const mtime = '2026-11-21T03:32:29.999Z'
const idOf = (index: number) => index.toString(16).padStart(64, '0')
const file = (index: number) =>
  JSON.stringify({ kind: 'cniCacheV1', containerId: idOf(index), ifName: 'eth0', networkName: 'n', result: {} })

const read = async (files: Record<string, MemoryFile>) => given(await collect(cniResults, { files })).caches

test('results stand under each folder that a runtime uses, with the time of their file', async () => {
  const caches = await read({
    [`${root}/n-${idOf(1)}-eth0`]: { content: file(1), mtime },
    '/proc/1/comm': 'init\n',
    '/proc/7/comm': 'cri-dockerd\n',
    '/proc/7/cmdline': 'cri-dockerd\0--cni-cache-dir=/srv/cni/\0',
    [`/srv/cni/results/n-${idOf(2)}-eth0`]: file(2),
  })
  expect(caches.map(({ path, results }) => `${path} ${reasonOf(results)}`)).toEqual([
    `${root} ok`,
    '/var/lib/cni/cache/results missing',
    '/var/lib/cni/multus/results missing',
    '/srv/cni/results ok',
  ])
  const [first] = caches
  expect(given(first?.results ?? unavailable('failed', 'no cache'))).toEqual({
    entries: [
      {
        network: 'n',
        containerId: idOf(1),
        interfaceName: 'eth0',
        netns: null,
        addresses: [],
        interfaces: [],
        pod: null,
        mtime,
      },
    ],
    strays: [],
    omitted: 0,
  })
})

test('what is no result is named with why', async () => {
  const [found] = await read({
    [`${root}/empty`]: '',
    [`${root}/denied`]: unavailable('denied', 'permission denied'),
    [`${root}/folder/inner`]: '',
  })
  expect(given(found?.results ?? unavailable('failed', 'no cache')).strays).toEqual([
    { name: 'denied', why: 'permission denied' },
    { name: 'empty', why: 'the content is no result of a network' },
    { name: 'folder', why: 'it is no file (dir)' },
  ])
})

test('a host that may not be read is not one without results', async () => {
  const denied = unavailable('denied', 'no')
  const places = ['/var/lib/cni', '/var/lib/cni/cache', '/var/lib/cni/multus']
  const files = Object.fromEntries(places.map(path => [`${path}/results`, denied]))
  expect(reasonOf(await collect(cniResults, { files }))).toBe('denied')
})

test('when time runs out, the rest is counted', async () => {
  const files = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`${root}/${index}`, file(index)]))
  let clock = 0
  const context = { now: () => (clock += 1_000), pause: async () => {}, sampleMs: 0, deadlineMs: 2_000 }
  const [found] = given(await collect(cniResults, { files }, context)).caches
  const { entries, omitted } = given(found?.results ?? unavailable('failed', 'no cache'))
  expect(entries.length).toBeGreaterThan(0)
  expect(entries.length + omitted).toBe(2_000)
  expect(omitted).toBeGreaterThan(0)
})
