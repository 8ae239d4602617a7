import { expect, test } from 'vitest'
import { bridges } from '../../../shared/node/bridges.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const sysfs = {
  '/sys/class/net/lo/flags': '0x9\n',
  '/sys/class/net/cni0/bridge/stp_state': '0\n',
  '/sys/class/net/cni0/flags': '0x1103\n',
  '/sys/class/net/cni0/brif/veth1/hairpin_mode': '1\n',
  '/sys/class/net/cni0/brif/veth2': { link: '../../veth2/brport' },
  '/sys/class/net/veth1/flags': '0x1303\n',
  '/sys/class/net/veth2/brport/hairpin_mode': '0\n',
} as const

const port = (ifname: string, hairpin: boolean) => ({
  ifname,
  master: 'cni0',
  linkinfo: { info_kind: 'veth', info_slave_data: { hairpin } },
})
const printed = JSON.stringify([
  { ifname: 'lo', flags: ['LOOPBACK', 'UP'] },
  { ifname: 'cni0', flags: ['UP'], linkinfo: { info_kind: 'bridge', info_data: { stp_state: 0 } } },
  port('veth1', true),
  port('veth2', false),
])

const names = [
  { name: 'veth1', hairpin: { status: 'ok', value: true } },
  { name: 'veth2', hairpin: { status: 'ok', value: false } },
]

test('sysfs alone is enough', async () => {
  expect(given(await collect(bridges, { files: sysfs }))).toEqual({
    bridges: [{ name: 'cni0', promiscuous: { status: 'ok', value: true }, ports: names }],
  })
})

test('what ip prints alone is enough', async () => {
  expect(given(await collect(bridges, { commands: { 'ip-link': printed } }))).toEqual({
    bridges: [{ name: 'cni0', promiscuous: { status: 'ok', value: false }, ports: names }],
  })
})

test('a hairpin mode that cannot be read is unknown, not off', async () => {
  const files = {
    ...sysfs,
    '/sys/class/net/cni0/brif/veth1/hairpin_mode': unavailable('denied', 'no'),
    '/sys/class/net/cni0/brif/veth3/hairpin_mode': '7\n',
  }
  const [bridge] = given(await collect(bridges, { files })).bridges
  expect(bridge?.ports.map(({ hairpin }) => reasonOf(hairpin))).toEqual(['denied', 'ok', 'malformed'])
})

test('a bridge without ports is one, a host without bridges has none', async () => {
  const bridge = { '/sys/class/net/docker0/bridge/x': '', '/sys/class/net/docker0/flags': '0x1003' }
  expect(given(await collect(bridges, { files: bridge })).bridges).toMatchObject([{ name: 'docker0', ports: [] }])
  expect(given(await collect(bridges, { files: { '/sys/class/net/lo/mtu': '65536' } }))).toEqual({ bridges: [] })
})

test('devices that cannot be looked at leave the part unread', async () => {
  const denied = unavailable('denied', 'no')
  expect(reasonOf(await collect(bridges, { files: { '/sys/class/net': denied } }))).toBe('denied')
  expect(reasonOf(await collect(bridges, { files: { ...sysfs, '/sys/class/net/eth0': denied } }))).toBe('denied')
})
