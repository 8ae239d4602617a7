import { expect, test } from 'vitest'
import { kernel } from '../../../shared/node/kernel.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const files = {
  '/proc/sys/kernel/osrelease': '6.1.0-18-amd64\n',
  '/proc/sys/kernel/hostname': 'node1\n',
  '/proc/sys/kernel/random/boot_id': '105a9344-2a0f-4997-82d2-90c3e5b36d5d\n',
  '/proc/uptime': '8250.56 16000.00\n',
  '/etc/os-release': { link: '../usr/lib/os-release' },
  '/usr/lib/os-release': 'ID=debian\nPRETTY_NAME="Debian 12"\n',
}

test('all that names a running system', async () => {
  expect(given(await collect(kernel, { files }))).toEqual({
    release: { status: 'ok', value: '6.1.0-18-amd64' },
    hostname: { status: 'ok', value: 'node1' },
    bootId: { status: 'ok', value: '105a9344-2a0f-4997-82d2-90c3e5b36d5d' },
    uptimeSeconds: { status: 'ok', value: 8250.56 },
    os: { status: 'ok', value: { id: 'debian', version: null, name: 'Debian 12' } },
  })
})

test('a fact that is unread keeps its reason beside those that were read', async () => {
  const value = given(
    await collect(kernel, {
      files: { ...files, '/proc/uptime': 'soon', '/etc/os-release': unavailable('denied', 'no') },
    }),
  )
  expect(reasonOf(value.uptimeSeconds)).toBe('malformed')
  expect(given(value.os).id).toBe('debian')
  expect(reasonOf(value.release)).toBe('ok')
})
