import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIpRoute } from '../../../shared/formats/ip-route.ts'
import { parseProcIpv6Route } from '../../../shared/formats/proc-ipv6-route.ts'
import { parseProcRoute } from '../../../shared/formats/proc-route.ts'
import type { Route } from '../../../shared/formats/route.ts'
import { formatAddress } from '../../../shared/ip.ts'
import { given, reasonOf } from '../../support/collect.ts'

const main4: Omit<Route, 'destination'> = {
  family: 4,
  gateway: null,
  device: null,
  metric: 0,
  table: 'main',
  type: 'unicast',
}

describe('/proc/net/route', () => {
  const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   '

  test('little endian numbers, blackholes and refusals', () => {
    const rows = [
      'eth0\t00000000\t01001EAC\t0003\t0\t0\t100\t00000000\t0\t0\t0   ',
      'flannel.1\t0002F40A\t0002F40A\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      '*\t4001F40A\t00000000\t0001\t0\t0\t0\tC0FFFFFF\t0\t0\t0',
      '*\t0005F40A\t00000000\t0201\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    ]
    expect(given(parseProcRoute([header, ...rows, ''].join('\n')))).toEqual([
      { ...main4, destination: '0.0.0.0/0', gateway: '172.30.0.1', device: 'eth0', metric: 100 },
      { ...main4, destination: '10.244.2.0/24', gateway: '10.244.2.0', device: 'flannel.1' },
      { ...main4, destination: '10.244.1.64/26', type: 'blackhole' },
      { ...main4, destination: '10.244.5.0/24', type: 'unreachable' },
    ])
  })

  test('on a big endian host the masks tell the order', () => {
    const rows = [
      'eth0\t00000000\tAC1E0001\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'eth0\tAC1E0000\t00000000\t0001\t0\t0\t0\tFFFFFF00\t0\t0\t0',
    ]
    expect(given(parseProcRoute([header, ...rows].join('\n')))).toMatchObject([
      { gateway: '172.30.0.1' },
      { destination: '172.30.0.0/24' },
    ])
  })

  test('a host without routes has none, and anything else is malformed', () => {
    expect(given(parseProcRoute(`${header}\n`))).toEqual([])
    expect(reasonOf(parseProcRoute(''))).toBe('malformed')
    expect(reasonOf(parseProcRoute(`${header}\neth0\t0000\t`))).toBe('malformed')
    expect(reasonOf(parseProcRoute(`${header}\neth0\t00000000\t00000000\t0001\t0\t0\t0\t00FF00FF\t0\t0\t0`))).toBe(
      'malformed',
    )
  })

  test('every network is read as the kernel wrote it', () => {
    const network = fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }))
    fc.assert(
      fc.property(network, ([address, prefix]) => {
        const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0
        const swapped = [address & mask, mask].map(value => littleEndian(value >>> 0))
        const row = `eth0\t${swapped[0]}\t00000000\t0001\t0\t0\t0\t${swapped[1]}\t0\t0\t0`
        const destination = `${formatAddress({ family: 4, value: BigInt((address & mask) >>> 0) })}/${prefix}`
        expect(given(parseProcRoute(`${header}\n${row}`))).toEqual([{ ...main4, destination, device: 'eth0' }])
      }),
    )
  })

  const littleEndian = (value: number) =>
    (value.toString(16).padStart(8, '0').match(/../g) ?? []).reverse().join('').toUpperCase()
})

describe('/proc/net/ipv6_route', () => {
  const zero = '0'.repeat(32)
  const line = (to: string, length: string, via: string, metric: string, flags: string, device = 'eth0') =>
    `${to} ${length} ${zero} 00 ${via} ${metric} 00000001 00000000 ${flags} ${device.padStart(8)}\n`
  const gateway = `fe80${'0'.repeat(27)}1`

  test('gateways, refusals and addresses of the host', () => {
    const text =
      line(zero, '00', gateway, '00000400', '00450003') +
      line(`fd00${'0'.repeat(28)}`, '40', zero, '00000100', '00000001') +
      line(`fd03${'0'.repeat(28)}`, '40', zero, '00000400', '00200200', 'lo') +
      line(`fd00${'0'.repeat(27)}2`, '80', zero, '00000000', '80200001') +
      line(`ff00${'0'.repeat(28)}`, '08', zero, '00000100', '00000001')
    expect(given(parseProcIpv6Route(text))).toEqual([
      {
        family: 6,
        destination: '::/0',
        gateway: 'fe80::1',
        device: 'eth0',
        metric: 1024,
        table: 'main',
        type: 'unicast',
      },
      {
        family: 6,
        destination: 'fd00::/64',
        gateway: null,
        device: 'eth0',
        metric: 256,
        table: 'main',
        type: 'unicast',
      },
      {
        family: 6,
        destination: 'fd03::/64',
        gateway: null,
        device: 'lo',
        metric: 1024,
        table: 'main',
        type: 'unreachable',
      },
      {
        family: 6,
        destination: 'fd00::2/128',
        gateway: null,
        device: 'eth0',
        metric: 0,
        table: 'local',
        type: 'local',
      },
      {
        family: 6,
        destination: 'ff00::/8',
        gateway: null,
        device: 'eth0',
        metric: 256,
        table: 'local',
        type: 'multicast',
      },
    ])
  })

  test('the kernel’s own entry for no route at all is none', () => {
    expect(given(parseProcIpv6Route(line(zero, '00', zero, 'ffffffff', '00200200', 'lo')))).toEqual([])
  })

  test('no routes are no error, half a line is', () => {
    expect(given(parseProcIpv6Route(''))).toEqual([])
    expect(reasonOf(parseProcIpv6Route('fe80 40'))).toBe('malformed')
  })
})

describe('ip -j route show table all', () => {
  const routes = (value: unknown) => given(parseIpRoute(JSON.stringify(value)))

  test('a default route belongs to the family that its other fields show', () => {
    const [v4, v6, via] = routes([
      { dst: 'default', gateway: '10.0.0.1', dev: 'eth0', flags: [] },
      { type: 'unreachable', dst: 'default', dev: 'lo', metric: 4294967295, flags: [], pref: 'medium' },
      { dst: 'default', via: { family: 'inet6', host: 'fe80::1' }, dev: 'eth0', flags: [] },
    ])
    expect(v4).toMatchObject({ family: 4, destination: '0.0.0.0/0', table: 'main', type: 'unicast', metric: 0 })
    expect(v6).toMatchObject({ family: 6, destination: '::/0', type: 'unreachable' })
    expect(via).toMatchObject({ family: 4, gateway: 'fe80::1' })
  })

  test('a route of several hops is one of each', () => {
    const hops = [
      { gateway: '10.0.0.1', dev: 'eth0', weight: 1, flags: [] },
      { gateway: '10.0.0.2', dev: 'eth1', weight: 1, flags: [] },
    ]
    expect(routes([{ dst: '10.9.0.0/16', metric: 5, flags: [], nexthops: hops }])).toMatchObject([
      { destination: '10.9.0.0/16', gateway: '10.0.0.1', device: 'eth0', metric: 5 },
      { destination: '10.9.0.0/16', gateway: '10.0.0.2', device: 'eth1', metric: 5 },
    ])
  })

  test('a single address is a network of its own', () => {
    expect(
      routes([
        { type: 'local', dst: '10.0.0.5', dev: 'eth0', table: 'local' },
        { dst: 'fd00::1', dev: 'eth0' },
      ]),
    ).toMatchObject([
      { destination: '10.0.0.5/32', table: 'local' },
      { destination: 'fd00::1/128', family: 6 },
    ])
  })

  test('text that is no list of routes is malformed', () => {
    for (const text of [
      '',
      'ip: unrecognized option: j',
      '{}',
      '[{}]',
      '[{"dst":"10.0.0.0/99"}]',
      '[{"dst":"010.0.0.1"}]',
    ]) {
      expect(reasonOf(parseIpRoute(text))).toBe('malformed')
    }
  })
})

test('no text makes any of them throw', () => {
  const parsers = [parseProcRoute, parseProcIpv6Route, parseIpRoute]
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      for (const parse of parsers) expect(['ok', 'malformed']).toContain(reasonOf(parse(text)))
    }),
  )
})
