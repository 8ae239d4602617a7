import { BlockList, isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  contains,
  formatAddress,
  type Network,
  overlaps,
  parseAddress,
  parseNetwork,
} from '../../shared/ip.ts'

const address4 = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }).map((value): Address => ({ family: 4, value }))
const address6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value): Address => ({ family: 6, value }))
const address = fc.oneof(address4, address6)

const network = fc
  .oneof(fc.tuple(address4, fc.integer({ min: 0, max: 32 })), fc.tuple(address6, fc.integer({ min: 0, max: 128 })))
  .map(([each, prefix]) => `${formatAddress(each)}/${prefix}`)

const parsed = (text: string): Network => {
  const result = parseNetwork(text)
  if (!result) throw new Error(`${text} is no network`)
  return result
}

describe('addresses', () => {
  test('text and number are the same address', () => {
    fc.assert(
      fc.property(address, each => {
        expect(parseAddress(formatAddress(each))).toEqual(each)
      }),
    )
  })

  test.each([
    '010.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '0x7f.1',
    '1.2.3.4 ',
    '',
    ':',
    '1:2',
    'fe80::1%eth0',
    '::1::',
    '12345::',
    '::ffff:010.0.0.1',
    '64:ff9b::1.2.3.4',
    '::1.2.3.4',
  ])('%j is none', text => {
    expect(parseAddress(text)).toBeNull()
  })

  test('an IPv4 address in IPv6 notation is an IPv6 address', () => {
    expect(parseAddress('::ffff:10.0.0.1')).toEqual({ family: 6, value: 0xffff0a000001n })
    expect(parseAddress('::FFFF:10.0.0.1')).toEqual(parseAddress('::ffff:a00:1'))
  })

  test('one address has one text', () => {
    for (const [text, canonical] of [
      ['FD00:0:0:0:0:0:0:2', 'fd00::2'],
      ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['0:0:0:0:0:0:0:0', '::'],
    ] as const) {
      expect(formatAddress(parseAddress(text) ?? { family: 4, value: 0n })).toBe(canonical)
    }
  })

  test('what Node takes for an address is one, as far as it is written without zone and inner IPv4', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:/'), maxLength: 20 }),
    )
    fc.assert(
      fc.property(text, each => {
        if (each.includes(':') && each.includes('.')) return
        expect(parseAddress(each)?.family ?? null).toBe(isIPv4(each) ? 4 : isIPv6(each) ? 6 : null)
      }),
    )
  })
})

describe('networks', () => {
  test.each([
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '/8',
    '10.0.0.0/1.0',
  ])('%j is none', text => {
    expect(parseNetwork(text)).toBeNull()
  })

  test('host bits are kept beside the bounds', () => {
    expect(parsed('10.244.1.1/24')).toEqual({
      family: 4,
      address: 0x0af40101n,
      prefix: 24,
      first: 0x0af40100n,
      last: 0x0af401ffn,
    })
    expect(parsed('::1')).toMatchObject({ family: 6, prefix: 128, first: 1n, last: 1n })
  })

  test('a network has a power of two of addresses, begins at a multiple of it, and holds its own', () => {
    fc.assert(
      fc.property(network, text => {
        const { first, last, prefix, family, address: own } = parsed(text)
        const size = 1n << BigInt((family === 4 ? 32 : 128) - prefix)
        expect([last - first + 1n, first % size]).toEqual([size, 0n])
        expect(contains(parsed(text), { family, value: own })).toBe(true)
      }),
    )
  })

  test('membership is what Node’s block list says', () => {
    fc.assert(
      fc.property(network, address, fc.bigInt({ min: -2n, max: 2n }), (text, other, shift) => {
        const net = parsed(text)
        const near = { family: net.family, value: net.last + shift }
        for (const each of [other, ...(isValue(near) ? [near] : [])]) {
          const list = new BlockList()
          const family = net.family === 4 ? 'ipv4' : 'ipv6'
          list.addSubnet(formatAddress({ family: net.family, value: net.first }), net.prefix, family)
          const isListed = each.family === net.family && list.check(formatAddress(each), family)
          expect(contains(net, each)).toBe(isListed)
        }
      }),
    )
  })

  const isValue = ({ family, value }: Address) => value >= 0n && value < 1n << (family === 4 ? 32n : 128n)

  test('two networks overlap when one holds the first address of the other, whichever is asked', () => {
    fc.assert(
      fc.property(network, network, (one, two) => {
        const [a, b] = [parsed(one), parsed(two)]
        const holds = (outer: Network, inner: Network) => contains(outer, { family: inner.family, value: inner.first })
        expect(overlaps(a, b)).toBe(holds(a, b) || holds(b, a))
        expect(overlaps(b, a)).toBe(overlaps(a, b))
      }),
    )
    expect(overlaps(parsed('0.0.0.0/0'), parsed('::/0'))).toBe(false)
  })
})
