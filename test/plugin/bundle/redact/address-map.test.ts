import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAddressMap } from '../../../../plugin/bundle/redact/address-map.ts'
import { keyedBy } from '../../../../plugin/bundle/redact/pseudo-random.ts'
import { type Address, formatAddress, parseAddress, parseNetwork } from '../../../../shared/ip.ts'

const addressOf = (text: string): Address => {
  const address = parseAddress(text)
  if (!address) throw new Error(`${text} is no address`)
  return address
}

/** Images of texts under a key; a text with a slash is a network, whose first address is looked up. */
function imagesOf(texts: readonly string[], key: string): ReadonlyMap<string, string> {
  const map = createAddressMap(keyedBy(key))
  for (const text of texts) {
    const network = text.includes('/') ? parseNetwork(text) : null
    if (network) map.addNetwork(network)
    map.addAddress(addressOf(text.split('/')[0] ?? ''))
  }
  return new Map(texts.map(text => [text, formatAddress(map.image(addressOf(text.split('/')[0] ?? '')))]))
}

const keys = fc.string({ minLength: 1, maxLength: 8 })
const four = fc
  .tuple(fc.constantFrom(10, 10, 172, 192, 100, 8, 203), fc.nat(255), fc.nat(255), fc.nat(255))
  .map(each => each.join('.'))
const six = fc
  .tuple(fc.constantFrom('fd00', 'fd12', '2001', '2a02'), fc.nat(3), fc.nat(0xffff))
  .map(([a, b, c]) => formatAddress(addressOf(`${a}:${b}:1::${c.toString(16)}`)))
const usedAddresses = fc.uniqueArray(fc.oneof(four, six), { minLength: 2, maxLength: 40 })

const numberOf = (text: string) => addressOf(text).value
const shared = (one: string, other: string): number => {
  const [a, b] = [addressOf(one), addressOf(other)]
  const width = a.family === 4 ? 32 : 128
  return a.value === b.value ? width : width - (a.value ^ b.value).toString(2).length
}

test('what two addresses have in common at their beginning, their images have too, and their order is the same', () => {
  fc.assert(
    fc.property(usedAddresses, keys, (used, key) => {
      const images = [...imagesOf(used, key)]
      for (const [one, oneImage] of images) {
        for (const [other, otherImage] of images) {
          if (addressOf(one).family !== addressOf(other).family) continue
          expect(shared(oneImage, otherImage)).toBe(shared(one, other))
          expect(numberOf(oneImage) < numberOf(otherImage)).toBe(numberOf(one) < numberOf(other))
        }
      }
    }),
  )
})

test('a network’s first and last address stay the first and the last, and addresses stay inside', () => {
  const prefix = fc.integer({ min: 9, max: 30 })
  fc.assert(
    fc.property(four, prefix, fc.array(four, { maxLength: 20 }), keys, (address, length, others, key) => {
      const network = parseNetwork(`${address}/${length}`)
      if (!network) return
      const [first, last] = [network.first, network.last].map(value => formatAddress({ family: 4, value }))
      const images = imagesOf([`${first}/${length}`, `${last}`, ...others], key)
      const image = parseNetwork(`${images.get(`${first}/${length}`)}/${length}`)
      expect(image && formatAddress({ family: 4, value: image.first })).toBe(images.get(`${first}/${length}`))
      expect(image && formatAddress({ family: 4, value: image.last })).toBe(images.get(`${last}`))
    }),
  )
})

const ranges = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '172.17.0.0/16',
  '10.32.0.0/12',
  '198.18.0.0/15',
  'fd00::/8',
  'fe80::/10',
]

test('no address enters or leaves a range that programs know by heart', () => {
  fc.assert(
    fc.property(usedAddresses, keys, (used, key) => {
      for (const [text, image] of imagesOf(used, key)) {
        for (const range of ranges.flatMap(each => parseNetwork(each) ?? [])) {
          const isIn = (each: string) => range.first <= numberOf(each) && numberOf(each) <= range.last
          if (addressOf(text).family === range.family) expect(isIn(image), `${text} ${range}`).toBe(isIn(text))
        }
      }
    }),
  )
})

test.each(['127.0.0.53', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.0', '::1', 'fe80::1', 'ff02::1'])(
  '%s stays',
  text => {
    for (const key of 'abcdefgh') expect(imagesOf([text], key).get(text)).toBe(text)
  },
)

test('bits of hosts stay, so gateways, the first service and the DNS are where they were', () => {
  for (const key of 'abcdefgh') {
    const images = imagesOf(
      ['10.96.0.0/12', '10.96.0.1', '10.96.0.10', '10.244.7.0/24', '10.244.7.1', '192.168.7.254'],
      key,
    )
    const first = images.get('10.96.0.0/12') ?? ''
    expect(images.get('10.96.0.1')).toBe(first.replace(/0$/, '1'))
    expect(images.get('10.96.0.10')).toBe(first.replace(/0$/, '10'))
    expect(images.get('10.244.7.1')).toMatch(/^10\..*\.1$/)
    expect(images.get('192.168.7.254')).toMatch(/^192\.168\..*\.254$/)
  }
})

test('another key gives other addresses', () => {
  const of = (key: string) => imagesOf(['10.20.30.40', '192.168.77.3', '203.5.6.7'], key)
  const differing = [...'abcdefghij'].filter(key => [...of(key)].every(([text, image]) => text !== image))
  expect(differing.length).toBeGreaterThan(7)
  expect(new Set([...'abcdefghij'].map(key => of(key).get('10.20.30.40'))).size).toBeGreaterThan(5)
})
