import { expect, test } from 'vitest'
import { conntrack } from '../../../shared/node/conntrack.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const table = (drop: string) => `entries  insert_failed drop\n00000010  00000000 ${drop}\n`
const files = {
  '/proc/sys/net/netfilter/nf_conntrack_count': '16\n',
  '/proc/sys/net/netfilter/nf_conntrack_count#2': '20\n',
  '/proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
  '/proc/sys/net/netfilter/nf_conntrack_buckets': '65536\n',
  '/proc/net/stat/nf_conntrack': table('00000001'),
  '/proc/net/stat/nf_conntrack#2': table('00000005'),
}

test('two samples, with the time between them', async () => {
  const pauses: number[] = []
  let clock = 1000
  const pause = async (ms: number) => {
    pauses.push(ms)
    clock += ms + 7
  }
  const value = given(await collect(conntrack, { files }, { now: () => clock, pause, sampleMs: 2000 }))
  expect(pauses).toEqual([2000])
  expect(value).toEqual({
    count: { status: 'ok', value: 16 },
    max: { status: 'ok', value: 262144 },
    buckets: { status: 'ok', value: 65536 },
    counters: { status: 'ok', value: { entries: 16, insert_failed: 0, drop: 1 } },
    later: { status: 'ok', value: { afterMs: 2007, count: 20, counters: { entries: 16, insert_failed: 0, drop: 5 } } },
  })
})

test('a kernel without connection tracking is known not to have it', async () => {
  const value = given(await collect(conntrack, { files: {} }))
  expect([value.count, value.max, value.buckets, value.counters, value.later].map(reasonOf)).toEqual(
    Array(5).fill('missing'),
  )
})

test('without the table the tool tells, once', async () => {
  const { '/proc/net/stat/nf_conntrack': _, ...rest } = files
  const commands = { 'conntrack-stats': 'cpu=0 found=0 drop=3 \ncpu=1 found=0 drop=4 \n' }
  const value = given(await collect(conntrack, { files: rest, commands }))
  expect(value.counters).toEqual({ status: 'ok', value: { found: 0, drop: 7 } })
  expect(reasonOf(value.later)).toBe('missing')
})

test('a tool that fails says why, and a table that is none is not summed', async () => {
  const commands = { 'conntrack-stats': { exitCode: 1, stderr: 'Operation not permitted\n' } }
  const failed = given(
    await collect(conntrack, { files: { '/proc/sys/net/netfilter/nf_conntrack_count': '1' }, commands }),
  )
  expect(failed.counters).toMatchObject({ reason: 'failed', detail: 'conntrack -S exits 1: Operation not permitted' })
  const garbled = given(await collect(conntrack, { files: { ...files, '/proc/net/stat/nf_conntrack': 'drop\nzz\n' } }))
  expect(reasonOf(garbled.counters)).toBe('malformed')
  expect(reasonOf(garbled.later)).toBe('malformed')
})

test('the hash size of the module and the old place of the maximum stand in', async () => {
  const value = given(
    await collect(conntrack, {
      files: { '/proc/sys/net/nf_conntrack_max': '1000\n', '/sys/module/nf_conntrack/parameters/hashsize': '250\n' },
    }),
  )
  expect([value.max, value.buckets]).toEqual([
    { status: 'ok', value: 1000 },
    { status: 'ok', value: 250 },
  ])
})

test('unread files leave the part unread', async () => {
  const denied = unavailable('denied', 'no')
  const all = Object.fromEntries(
    [...Object.keys(files), '/sys/module/nf_conntrack/parameters/hashsize'].map(path => [path, denied]),
  )
  expect(reasonOf(await collect(conntrack, { files: all }))).toBe('denied')
})
