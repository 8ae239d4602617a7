import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  capacityOf,
  describeSet,
  holds,
  type RangeSet,
  rangeSets,
  setsOfNetworks,
} from '../../../plugin/model/address-ranges.ts'
import type { IpamRange } from '../../../shared/formats/cni-config.ts'
import { formatAddress, parseAddress } from '../../../shared/ip.ts'

const range = (change: Partial<IpamRange>): IpamRange => ({
  subnet: null,
  rangeStart: null,
  rangeEnd: null,
  gateway: null,
  ...change,
})
const setOf = (...ranges: Partial<IpamRange>[]): RangeSet => {
  const sets = rangeSets({ type: 'host-local', dataDir: null, ranges: [ranges.map(range)] })
  expect(sets, JSON.stringify(ranges)).not.toBeNull()
  return sets?.[0] ?? []
}
const has = (set: RangeSet, text: string) => {
  const address = parseAddress(text)
  return address !== null && holds(set, address)
}

describe('the capacity is that of the plugin', () => {
  test.each<[string, Partial<IpamRange>[], bigint]>([
    ['a /24: 254 hosts without the gateway', [{ subnet: '10.244.1.0/24' }], 253n],
    ['a /29', [{ subnet: '10.1.2.0/29' }], 5n],
    ['a /30', [{ subnet: '10.1.2.0/30' }], 1n],
    ['an IPv6 /126, which has no broadcast address', [{ subnet: 'fd00::/126' }], 2n],
    [
      'a part that leaves the gateway out',
      [{ subnet: '10.1.2.0/24', rangeStart: '10.1.2.6', rangeEnd: '10.1.2.13' }],
      8n,
    ],
    [
      'a part with a gateway of its own inside',
      [{ subnet: '10.1.2.0/24', rangeEnd: '10.1.2.9', gateway: '10.1.2.5' }],
      8n,
    ],
    ['two ranges of one set', [{ subnet: '10.1.2.0/29' }, { subnet: '10.9.0.0/24' }], 258n],
  ])('%s', (_, ranges, capacity) => {
    expect(capacityOf(setOf(...ranges))).toBe(capacity)
  })
})

test('the capacity is the number of addresses that it holds', () => {
  const part = fc.record({
    prefix: fc.integer({ min: 24, max: 30 }),
    start: fc.integer({ min: 0, max: 40 }),
    length: fc.integer({ min: 0, max: 40 }),
    gateway: fc.option(fc.integer({ min: 1, max: 80 })),
  })
  fc.assert(
    fc.property(part, ({ prefix, start, length, gateway }) => {
      const ranges = [
        range({
          subnet: `10.1.2.0/${prefix}`,
          rangeStart: `10.1.2.${start}`,
          rangeEnd: `10.1.2.${start + length}`,
          gateway: gateway === null ? null : `10.1.2.${gateway}`,
        }),
      ]
      const set = rangeSets({ type: 'host-local', dataDir: null, ranges: [ranges] })?.[0] ?? []
      const held = Array.from({ length: 256 }, (_, i) => `10.1.2.${i}`).filter(address => has(set, address))
      expect(BigInt(held.length)).toBe(capacityOf(set))
    }),
  )
})

test('network, gateway and broadcast address are never given', () => {
  const set = setOf({ subnet: '10.244.1.0/24' })
  expect(
    ['10.244.1.0', '10.244.1.1', '10.244.1.255', '10.244.2.2', 'fd00::2'].filter(address => has(set, address)),
  ).toEqual([])
  expect(['10.244.1.2', '10.244.1.254'].filter(address => has(set, address))).toHaveLength(2)
  expect(describeSet(set)).toBe('10.244.1.1-10.244.1.254')
})

test('ranges that cannot be understood make the whole unknown, not empty', () => {
  for (const subnet of ['', 'usePodCidr', '10.1.2.0/33', '10.1.2.0/31', 'fd00::/127', '010.1.2.0/24']) {
    expect(setsOfNetworks([subnet]), subnet).toBeNull()
  }
  expect(setsOfNetworks([])).toBeNull()
  expect(rangeSets({ type: 'host-local', dataDir: null, ranges: [[]] })).toBeNull()
  expect(
    rangeSets({ type: 'host-local', dataDir: null, ranges: [[range({ subnet: '10.0.0.0/24', rangeEnd: 'fd00::9' })]] }),
  ).toBeNull()
})

test('a dual-stack node has one set for each family', () => {
  expect(setsOfNetworks(['10.244.1.0/24', 'fd00:1::/64'])?.map(set => set[0]?.family)).toEqual([4, 6])
  expect(formatAddress({ family: 6, value: setsOfNetworks(['fd00:1::/64'])?.[0]?.[0]?.first ?? 0n })).toBe('fd00:1::1')
})
