import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseNeighbourStat } from '../../../shared/formats/neighbour-stat.ts'
import { parseProcArp } from '../../../shared/formats/proc-net-arp.ts'
import { parseProcSnmp, parseProcSnmp6 } from '../../../shared/formats/proc-net-snmp.ts'
import { parseSoftnetStat } from '../../../shared/formats/softnet-stat.ts'
import { given, reasonOf } from '../../support/collect.ts'

const arpHeader = 'IP address       HW type     Flags       HW address            Mask     Device\n'

test('the ARP table: complete, permanent and incomplete neighbours', () => {
  const text = `${arpHeader}10.244.0.78      0x1         0x2         e2:00:c0:d1:6a:fd     *        cni0
10.244.2.0       0x1         0x6         b2:00:00:00:00:01     *        flannel.1
172.30.0.99      0x1         0x0         00:00:00:00:00:00     *        eth0
`
  expect(given(parseProcArp(text))).toEqual([
    { address: '10.244.0.78', device: 'cni0', mac: 'e2:00:c0:d1:6a:fd', state: 'complete' },
    { address: '10.244.2.0', device: 'flannel.1', mac: 'b2:00:00:00:00:01', state: 'permanent' },
    { address: '172.30.0.99', device: 'eth0', mac: null, state: 'incomplete' },
  ])
  expect(given(parseProcArp(arpHeader))).toEqual([])
})

test('counters of neighbours are summed, but for entries', () => {
  const text = 'entries  allocs   table_fulls\n00000010  00000001 00000002\n00000010  00000001 00000003\n'
  expect(given(parseNeighbourStat(text))).toEqual({ entries: 16, allocs: 2, table_fulls: 5 })
})

test('counters of protocols have the name of their group before them', () => {
  const text = 'Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: MaxConn\nTcp: -1\n'
  expect(given(parseProcSnmp(text))).toEqual({ 'Ip.Forwarding': 1, 'Ip.DefaultTTL': 64, 'Tcp.MaxConn': -1 })
  expect(given(parseProcSnmp6('Ip6InReceives   \t5\nIp6InDiscards 0\n'))).toEqual({
    Ip6InReceives: 5,
    Ip6InDiscards: 0,
  })
})

test('packets that no protocol has seen are summed over CPUs', () => {
  expect(given(parseSoftnetStat('0000000a 00000001 00000002 00000000\nffffffff 00000000 00000001 00000000\n'))).toEqual(
    {
      processed: 9,
      dropped: 1,
      squeezed: 3,
    },
  )
})

test.each(['', 'Ip: A B\nIp: 1\n', 'Ip: A\nTcp: 1\n', 'Ip: A\nIp: x\n', 'Ip: A\n'])('%j is malformed', text => {
  expect(reasonOf(parseProcSnmp(text))).toBe('malformed')
})

test('what the kernel prints of protocols is what is read', () => {
  const name = fc.stringMatching(/^[A-Za-z]\w{0,20}$/)
  const groups = fc.dictionary(name, fc.dictionary(name, fc.nat(), { minKeys: 1, maxKeys: 20 }), {
    minKeys: 1,
    maxKeys: 5,
  })
  fc.assert(
    fc.property(groups, byGroup => {
      const lines = Object.entries(byGroup).flatMap(([group, counters]) => [
        [`${group}:`, ...Object.keys(counters)].join(' '),
        [`${group}:`, ...Object.values(counters)].join(' '),
      ])
      const expected = Object.entries(byGroup).flatMap(([group, counters]) =>
        Object.entries(counters).map(([key, value]) => [`${group}.${key}`, value]),
      )
      expect(given(parseProcSnmp(lines.join('\n')))).toEqual(Object.fromEntries(expected))
    }),
  )
})

test('text that is no table is malformed, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), text => {
      for (const parse of [parseProcArp, parseNeighbourStat, parseProcSnmp, parseProcSnmp6, parseSoftnetStat])
        expect(['ok', 'malformed']).toContain(reasonOf(parse(text)))
    }),
  )
})
