import { describe, expect, test } from 'vitest'
import { fdb } from '../../../shared/node/fdb.ts'
import { neighbours } from '../../../shared/node/neighbours.ts'
import { networkCounters } from '../../../shared/node/network-counters.ts'
import { offloads } from '../../../shared/node/offloads.ts'
import { overlays } from '../../../shared/node/overlays.ts'
import { rules } from '../../../shared/node/rules.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const denied = unavailable('denied', 'no')

describe('policy rules', () => {
  test('of both families', async () => {
    const commands = { 'ip-rule': '[{"priority":0,"src":"all","table":"local"}]', 'ip-6-rule': '[]' }
    const value = given(await collect(rules, { commands }))
    expect(given(value.ipv4)).toMatchObject([{ priority: 0, table: 'local' }])
    expect(given(value.ipv6)).toEqual([])
  })

  test('of a program that prints no JSON, and no IPv6', async () => {
    const failing = { exitCode: 1, stderr: 'ip: unrecognized option: j\n' }
    const commands = { 'ip-rule': failing, 'ip-6-rule': failing, 'ip-rule-text': '0:\tfrom all lookup local \n' }
    const value = given(await collect(rules, { commands }))
    expect(given(value.ipv4)).toMatchObject([{ priority: 0, table: 'local' }])
    expect(value.ipv6).toMatchObject({ reason: 'failed', detail: 'ip-6-rule exits 1: ip: unrecognized option: j' })
  })

  test('are unread where no program may be run', async () => {
    const commands = { 'ip-rule': denied, 'ip-6-rule': denied, 'ip-rule-text': denied }
    expect(reasonOf(await collect(rules, { commands }))).toBe('denied')
  })
})

describe('neighbours', () => {
  const stat = (fulls: string) => `entries  table_fulls\n00000010  ${fulls}\n`
  const files = {
    '/proc/net/arp':
      'IP address       HW type     Flags       HW address            Mask     Device\n10.0.0.1 0x1 0x2 aa:bb:cc:00:11:22 * eth0\n',
    '/proc/net/stat/arp_cache': stat('00000001'),
    '/proc/net/stat/arp_cache#2': stat('00000004'),
    '/proc/sys/net/ipv4/neigh/default/gc_thresh1': '128\n',
    '/proc/sys/net/ipv4/neigh/default/gc_thresh2': '512\n',
    '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '1024\n',
  }

  test('with limits and how often the table was full, twice', async () => {
    const commands = { 'ip-neigh': '[{"dst":"fe80::1","dev":"eth0","state":["STALE"]}]' }
    const value = given(await collect(neighbours, { files, commands }))
    expect(value.complete).toBe(true)
    expect(given(value.entries)).toEqual([{ address: 'fe80::1', device: 'eth0', mac: null, state: 'stale' }])
    expect(given(value.ipv4.limits)).toEqual({ least: 128, soft: 512, hard: 1024 })
    expect(given(value.ipv4.counters)).toEqual({ entries: 16, table_fulls: 1 })
    expect(given(value.ipv4.later)).toEqual({ afterMs: 2000, counters: { entries: 16, table_fulls: 4 } })
    expect([value.ipv6.limits, value.ipv6.counters, value.ipv6.later].map(reasonOf)).toEqual(Array(3).fill('missing'))
  })

  test('of /proc without the program, which is not all of them', async () => {
    const value = given(await collect(neighbours, { files }))
    expect(value.complete).toBe(false)
    expect(given(value.entries)).toMatchObject([{ address: '10.0.0.1', state: 'complete' }])
  })

  test('that cannot be read leave the part unread', async () => {
    const unread = Object.fromEntries(Object.keys(files).map(path => [path, denied]))
    expect(reasonOf(await collect(neighbours, { files: unread, commands: { 'ip-neigh': denied } }))).toBe('denied')
  })

  test('a garbled table is malformed, and its neighbours are read all the same', async () => {
    const value = given(await collect(neighbours, { files: { ...files, '/proc/net/stat/arp_cache': 'entries\nzz\n' } }))
    expect(reasonOf(value.ipv4.counters)).toBe('malformed')
    expect(reasonOf(value.ipv4.later)).toBe('malformed')
    expect(reasonOf(value.entries)).toBe('ok')
  })
})

test('forwarding tables are those of the program, or unread with its reason', async () => {
  const commands = { 'bridge-fdb': '[{"mac":"b2:00:00:00:00:01","ifname":"flannel.1","dst":"192.168.0.12"}]' }
  expect(given(await collect(fdb, { commands })).entries).toMatchObject([
    { device: 'flannel.1', remote: '192.168.0.12' },
  ])
  expect(reasonOf(await collect(fdb, {}))).toBe('missing')
  expect(reasonOf(await collect(fdb, { commands: { 'bridge-fdb': 'Usage: bridge' } }))).toBe('malformed')
})

describe('overlays', () => {
  const files = {
    '/sys/class/net/flannel.1/uevent': 'DEVTYPE=vxlan\nINTERFACE=flannel.1\n',
    '/sys/class/net/flannel.1/mtu': '1450\n',
    '/sys/class/net/flannel.1/operstate': 'unknown\n',
    '/sys/class/net/tunl0/uevent': 'INTERFACE=tunl0\n',
    '/sys/class/net/tunl0/type': '768\n',
    '/sys/class/net/cni0/uevent': 'DEVTYPE=bridge\n',
    '/sys/class/net/eth0/uevent': 'INTERFACE=eth0\n',
    '/sys/class/net/eth0/type': '1\n',
  }

  test('by the program with all that it tells', async () => {
    const commands = {
      'ip-link': '[{"ifname":"vxlan.calico","linkinfo":{"info_kind":"vxlan","info_data":{"id":4096,"port":4789}}}]',
    }
    const value = given(await collect(overlays, { files, commands }))
    expect(value).toMatchObject({ complete: true, overlays: [{ name: 'vxlan.calico', id: 4096, port: 4789 }] })
  })

  test('by /sys their names, kinds and sizes', async () => {
    const value = given(await collect(overlays, { files }))
    expect(value.complete).toBe(false)
    expect(value.overlays).toMatchObject([
      { name: 'flannel.1', kind: 'vxlan', mtu: 1450, state: 'unknown', id: null },
      { name: 'tunl0', kind: 'ipip', mtu: null },
    ])
  })

  test('of a host whose devices cannot be listed are unread', async () => {
    expect(reasonOf(await collect(overlays, { files: { '/sys/class/net': denied } }))).toBe('denied')
  })
})

describe('offloads', () => {
  const route = (device: string) => JSON.stringify([{ dst: 'default', gateway: '10.0.0.1', dev: device }])

  test('of uplinks and tunnels only, each by its own command', async () => {
    const commands = {
      'ip-route': route('eth0'),
      'ip-link':
        '[{"ifname":"flannel.1","linkinfo":{"info_kind":"vxlan"}},{"ifname":"veth1","linkinfo":{"info_kind":"veth"}}]',
      'ethtool-eth0': 'Features for eth0:\nrx-checksumming: on\n',
      'ethtool-veth1': 'Features for veth1:\nrx-checksumming: on\n',
    }
    const { devices } = given(await collect(offloads, { commands }))
    expect(Object.keys(devices)).toEqual(['eth0', 'flannel.1'])
    expect(devices.eth0).toEqual({ status: 'ok', value: { 'rx-checksumming': { on: true, fixed: false } } })
    expect(devices['flannel.1']).toMatchObject({ reason: 'missing', detail: 'the host has no program ethtool' })
  })

  test('a device with the name of a flag is not handed on', async () => {
    const commands = { 'ip-route': route('--version'), 'ip-link': '[]' }
    expect(given(await collect(offloads, { commands })).devices).toEqual({})
  })
})

describe('counters', () => {
  const files = {
    '/proc/net/snmp': 'Ip: Forwarding\nIp: 1\n',
    '/proc/net/snmp#2': 'Ip: Forwarding\nIp: 2\n',
    '/proc/net/netstat': 'TcpExt: ListenDrops\nTcpExt: 3\n',
    '/proc/net/netstat#2': 'TcpExt: ListenDrops\nTcpExt: 7\n',
    '/proc/net/softnet_stat': '0000000a 00000001 00000002\n',
  }

  test('twice, without IPv6 where the kernel has none', async () => {
    expect(given(await collect(networkCounters, { files }))).toEqual({
      protocols: { status: 'ok', value: { 'Ip.Forwarding': 1, 'TcpExt.ListenDrops': 3 } },
      softnet: { status: 'ok', value: { processed: 10, dropped: 1, squeezed: 2 } },
      later: { status: 'ok', value: { afterMs: 2000, protocols: { 'Ip.Forwarding': 2, 'TcpExt.ListenDrops': 7 } } },
    })
  })

  test('with IPv6', async () => {
    const value = given(await collect(networkCounters, { files: { ...files, '/proc/net/snmp6': 'Ip6InReceives 4\n' } }))
    expect(given(value.protocols).Ip6InReceives).toBe(4)
  })

  test('garbled ones are malformed, unread ones leave the part unread', async () => {
    const garbled = given(await collect(networkCounters, { files: { ...files, '/proc/net/netstat': 'x' } }))
    expect([garbled.protocols, garbled.later, garbled.softnet].map(reasonOf)).toEqual(['malformed', 'malformed', 'ok'])
    const unread = Object.fromEntries(Object.keys(files).map(path => [path, denied]))
    expect(reasonOf(await collect(networkCounters, { files: unread }))).toBe('denied')
  })
})
