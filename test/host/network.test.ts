import { describe, expect, test } from 'vitest'
import { given, reasonOf } from '../support/collect.ts'
import { makeNamespace } from '../support/namespace.ts'
import { needs } from '../support/requirements.ts'

const bridge = `
ip link add br0 type bridge
ip link add v0 type veth peer name v1
ip link set v0 master br0
ip link set br0 up
ip link set v0 up
ip addr add 192.168.7.11/24 dev br0
bridge fdb add b2:00:00:00:00:02 dev v0 master static
ip neigh add 192.168.7.12 lladdr b2:00:00:00:00:02 dev br0 nud permanent
ip neigh add fd00:7::9 lladdr b2:00:00:00:00:03 dev br0 nud permanent`

describe.runIf(needs('network state of the kernel', 'root', 'network namespaces', 'iproute2'))('network state', () => {
  test('a forwarding entry of a bridge, and neighbours of both families', () => {
    const namespace = makeNamespace()
    namespace.run(bridge)
    const parts = namespace.collect(['overlays', 'fdb', 'neighbours'])
    expect(given(parts.overlays)).toEqual({ complete: true, overlays: [] })
    const entry = given(parts.fdb).entries.find(({ mac }) => mac === 'b2:00:00:00:00:02')
    expect(entry).toMatchObject({ device: 'v0', bridge: 'br0', remote: null, state: 'static' })
    const found = given(given(parts.neighbours).entries)
    expect(found.filter(({ state }) => state === 'permanent')).toEqual([
      { address: '192.168.7.12', device: 'br0', mac: 'b2:00:00:00:00:02', state: 'permanent' },
      { address: 'fd00:7::9', device: 'br0', mac: 'b2:00:00:00:00:03', state: 'permanent' },
    ])
  })

  test('files alone tell what /proc and /sys know, and the rest is missing', () => {
    const namespace = makeNamespace()
    namespace.run(bridge)
    const parts = namespace.collect(['overlays', 'neighbours', 'fdb', 'rules'], 'files')
    expect(given(parts.overlays)).toEqual({ complete: false, overlays: [] })
    expect(given(given(parts.neighbours).entries)).toEqual([
      { address: '192.168.7.12', device: 'br0', mac: 'b2:00:00:00:00:02', state: 'permanent' },
    ])
    expect([parts.fdb, given(parts.neighbours).ipv4.limits].map(reasonOf)).toEqual(['missing', 'missing'])
    expect(reasonOf(given(parts.rules).ipv4)).toBe('missing')
  })

  test('policy rules of both families, with every kind of action', () => {
    const namespace = makeNamespace()
    namespace.run(`
ip rule add priority 512 to 10.0.1.5 lookup main
ip rule add priority 1024 not fwmark 0x80/0xff lookup 200
ip rule add priority 1536 from 10.0.0.0/16 iif lo lookup 2
ip rule add priority 2000 from 10.9.0.0/16 unreachable
ip rule add priority 2001 from 10.8.0.0/16 blackhole
ip rule add priority 2002 from 10.7.0.0/16 prohibit
ip -6 rule add priority 99 from fd00::/64 lookup 7`)
    const { ipv4, ipv6 } = given(namespace.collect(['rules']).rules)
    const at = (priority: number) => given(ipv4).find(rule => rule.priority === priority)
    expect(at(512)).toMatchObject({ to: '10.0.1.5/32', table: 'main', action: 'lookup' })
    expect(at(1024)).toMatchObject({ inverted: true, mark: '0x80/0xff', table: '200' })
    expect(at(1536)).toMatchObject({ from: '10.0.0.0/16', incoming: 'lo', table: '2' })
    expect([2000, 2001, 2002].map(priority => at(priority)?.action)).toEqual(['unreachable', 'blackhole', 'prohibit'])
    expect(given(ipv6).find(rule => rule.priority === 99)).toMatchObject({ from: 'fd00::/64', table: '7' })
  })

  test('counters of this namespace, which fifty datagrams to nobody raise', () => {
    const value = given(makeNamespace().collect(['networkCounters']).networkCounters)
    const before = given(value.protocols)
    const after = given(value.later).protocols
    expect((after['Udp.NoPorts'] ?? 0) - (before['Udp.NoPorts'] ?? 0)).toBeGreaterThanOrEqual(50)
    expect(before['TcpExt.ListenDrops']).toBe(0)
    expect(given(value.softnet).processed).toBeGreaterThan(0)
  })
})
