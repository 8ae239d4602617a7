import ipaddr from 'ipaddr.js'

/**
 * An address as a number; all address arithmetic is in this file. Parsing is strict (four decimal octets without
 * leading zeros, or valid IPv6), because the library reads `010.0.0.1` as octal.
 */
export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** A network, possibly with host bits set; `first` and `last` include network and broadcast address. */
export interface Network {
  readonly family: 4 | 6
  readonly address: bigint
  readonly prefix: number
  readonly first: bigint
  readonly last: bigint
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/

/** True for the text of an IPv4 address, of which there is only one. */
export const isIPv4 = (text: string): boolean => ipv4.test(text)

/** Parses an address, or returns null. Zones (`fe80::1%eth0`) and IPv4 in IPv6 notation other than `::ffff:a.b.c.d` are refused. */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text))
    return {
      family: 4,
      value: toNumber(text.split('.').map(Number)),
    }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return null
  // The library accepts octal numbers here too, and `::1.2.3.4` for `::ffff:1.2.3.4`.
  if (text.includes('.') && !(/^::ffff:/i.test(text) && ipv4.test(text.slice('::ffff:'.length)))) return null
  return { family: 6, value: toNumber(ipaddr.IPv6.parse(text).toByteArray()) }
}

/** Parses `address/prefix`, or returns null. The address may have host bits, as in `10.244.1.1/24`. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (!address) return null
  const width = address.family === 4 ? 32 : 128
  const suffix = slash < 0 ? String(width) : text.slice(slash + 1)
  if (!/^(?:0|[1-9]\d{0,2})$/.test(suffix) || Number(suffix) > width) return null
  const host = BigInt(width - Number(suffix))
  const first = (address.value >> host) << host
  return {
    family: address.family,
    address: address.value,
    prefix: Number(suffix),
    first,
    last: first | ((1n << host) - 1n),
  }
}

/** Whether an address is in a network of its family. */
export const contains = (network: Network, address: Address): boolean =>
  network.family === address.family && network.first <= address.value && address.value <= network.last

/** Whether two networks have an address in common. */
export const overlaps = (a: Network, b: Network): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last

/** Canonical text: dotted quad, or RFC 5952. */
export function formatAddress({ family, value }: Address): string {
  const bytes = Array.from({ length: family === 4 ? 4 : 16 }, (_, i) =>
    Number((value >> BigInt(8 * ((family === 4 ? 3 : 15) - i))) & 255n),
  )
  return family === 4 ? bytes.join('.') : ipaddr.fromByteArray(bytes).toString()
}

const toNumber = (bytes: readonly number[]): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
