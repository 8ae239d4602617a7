import { expect, test } from 'vitest'
import { links } from '../../../shared/node/links.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const sysfs = {
  '/sys/class/net/eth0/ifindex': '2\n',
  '/sys/class/net/eth0/mtu': '1500\n',
  '/sys/class/net/eth0/operstate': 'up\n',
  '/sys/class/net/eth0/address': '02:00:00:00:00:01\n',
  '/sys/class/net/eth0/uevent': 'INTERFACE=eth0\nIFINDEX=2\n',
  '/sys/class/net/cni0/ifindex': '3\n',
  '/sys/class/net/cni0/uevent': 'DEVTYPE=bridge\nINTERFACE=cni0\n',
  '/sys/class/net/veth1/ifindex': '9\n',
  '/sys/class/net/veth1/master': { link: '../cni0' },
  '/sys/class/net/bonding_masters': '',
} as const

const nothing = { index: null, mtu: null, state: null, mac: null, kind: null, master: null, addresses: [] }
const eth0 = { name: 'eth0', index: 2, mtu: 1500, state: 'up', mac: '02:00:00:00:00:01', kind: null, master: null }

test('sysfs alone tells everything but addresses', async () => {
  expect(given(await collect(links, { files: sysfs }))).toEqual({
    hasAddresses: false,
    links: [
      { ...nothing, name: 'cni0', index: 3, kind: 'bridge' },
      { ...eth0, addresses: [] },
      { ...nothing, name: 'veth1', index: 9, master: 'cni0' },
    ],
  })
})

const ipLink = JSON.stringify([
  { ifindex: 2, ifname: 'eth0', mtu: 1400, operstate: 'UP', address: '02:00:00:00:00:01' },
  { ifindex: 9, ifname: 'veth1', link_index: 2, master: 'cni0', linkinfo: { info_kind: 'veth' } },
  {},
])
const ipAddr = JSON.stringify([
  {
    ifindex: 2,
    ifname: 'eth0',
    operstate: 'UP',
    addr_info: [
      { family: 'inet', local: '10.0.0.5', prefixlen: 24 },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
    ],
  },
  { ifindex: 5, ifname: 'tun0', mtu: 1420, operstate: 'UNKNOWN', addr_info: [] },
])

test('what ip prints alone is enough, the two commands side by side', async () => {
  expect(given(await collect(links, { commands: { 'ip-link': ipLink, 'ip-addr': ipAddr } }))).toEqual({
    hasAddresses: true,
    links: [
      { ...eth0, mtu: 1400, addresses: ['10.0.0.5/24', 'fe80::1/64'] },
      { ...nothing, name: 'veth1', index: 9, kind: 'veth', master: 'cni0' },
      { ...nothing, name: 'tun0', index: 5, mtu: 1420, state: 'unknown' },
    ],
  })
})

test('the kernel’s own file goes before what ip printed', async () => {
  const value = given(await collect(links, { files: sysfs, commands: { 'ip-link': ipLink, 'ip-addr': ipAddr } }))
  expect(value.links.find(({ name }) => name === 'eth0')).toMatchObject({
    mtu: 1500,
    addresses: ['10.0.0.5/24', 'fe80::1/64'],
  })
  expect(value.links.map(({ name }) => name)).toEqual(['cni0', 'eth0', 'veth1', 'tun0'])
})

const route = (device: string, destination: string, mask: string, gateway = '00000000') =>
  `${device}\t${destination}\t${gateway}\t000${gateway === '00000000' ? 1 : 3}\t0\t0\t0\t${mask}\t0\t0\t0\n`
const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
const leaf = (address: string) => `  |-- ${address}\n     /32 host LOCAL\n`
const proc = {
  '/proc/net/route': header + route('eth0', '00000000', '00000000', '0100000A') + route('eth0', '0000000A', '00FFFFFF'),
  '/proc/net/fib_trie': `Local:\n${leaf('10.0.0.5')}${leaf('127.0.0.1')}`,
  '/proc/net/if_inet6': '00000000000000000000000000000001 01 80 10 80       lo\n',
}

test('where ip prints no JSON, the kernel’s files tell addresses', async () => {
  const commands = { 'ip-addr': { exitCode: 1, stderr: 'ip: unrecognized option: j' } }
  const value = given(
    await collect(links, { files: { ...sysfs, ...proc, '/sys/class/net/lo/ifindex': '1' }, commands }),
  )
  expect(value.hasAddresses).toBe(true)
  expect(Object.fromEntries(value.links.map(({ name, addresses }) => [name, addresses]))).toEqual({
    cni0: [],
    eth0: ['10.0.0.5/24'],
    lo: ['127.0.0.1/8', '::1/128'],
    veth1: [],
  })
})

test('an address without a connected route cannot be placed, so none are told', async () => {
  const files = { ...sysfs, ...proc, '/proc/net/fib_trie': leaf('10.244.0.0') }
  const value = given(await collect(links, { files }))
  expect(value.hasAddresses).toBe(false)
  expect(value.links.every(({ addresses }) => addresses.length === 0)).toBe(true)
})

test('unread devices leave the part unread', async () => {
  expect(reasonOf(await collect(links, { files: { '/sys/class/net': unavailable('denied', 'no') } }))).toBe('denied')
})
