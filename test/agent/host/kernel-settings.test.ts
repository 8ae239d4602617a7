import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { liveFiles } from '../../../agent/host/files.ts'
import { isOk, type Reading } from '../../../shared/reading.ts'
import { hostRoot } from '../../support/temporary-folder.ts'

const files = liveFiles({ root: '', proc: '/proc', sys: '/sys' })

/** Another text of the same path, which is read with care. */
const careful = (path: string) => path.replace(/^\/(\w+)\//, '/$1/./')

const same = (reading: Reading<unknown>) => JSON.stringify(reading).replaceAll('/./', '/')

const places = [
  '/sys/class/net/lo',
  '/sys/class/net/lo/mtu',
  '/sys/class/net/lo/statistics',
  '/sys/class/net/lo/nothing',
  '/sys/class/net/nothing/mtu',
  '/sys/class/net/lo/mtu/below',
  '/sys/class/net/lo/subsystem/lo/ifindex',
  '/proc/sys/net/ipv4/conf',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/net/ipv4/ip_local_port_range',
]

test.each(places)('%s is answered as it is with care', async path => {
  expect(same(await files.read(path))).toBe(same(await files.read(careful(path))))
  expect(same(await files.list(path))).toBe(same(await files.list(careful(path))))
  expect(same(await files.stat(path))).toBe(same(await files.stat(careful(path))))
})

test('a limit holds, and what is kept of a longer file', async () => {
  const path = '/proc/sys/net/ipv4/ip_local_port_range'
  expect(await files.read(path, { maxBytes: 3 })).toMatchObject({ reason: 'too-large' })
  const head = await files.read(path, { maxBytes: 3, keep: 'head' })
  expect(isOk(head) && head.value).toMatchObject({ truncated: 'head' })
})

test('a way up leads nowhere else', async () => {
  const up = await files.read('/proc/sys/net/../../version')
  expect(same(up)).toBe(same(await files.read('/proc/version')))
})

test('below a folder that only stands for /sys a FIFO is not opened', async () => {
  const root = await hostRoot({})
  mkdirSync(`${root}/sys/class/net/eth0`, { recursive: true })
  execFileSync('mkfifo', [`${root}/sys/class/net/eth0/mtu`])
  const own = liveFiles({ root, proc: '/proc', sys: `${root}/sys` })
  expect(await own.read('/sys/class/net/eth0/mtu')).toMatchObject({ reason: 'failed' })
})
