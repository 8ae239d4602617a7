import { type Network, parseNetwork } from '../../../shared/ip.ts'
import type { AddressVisitor } from './address-text.ts'

/** /proc/net/fib_trie without the prefix lengths of inner nodes, which are not networks. */
export const withoutInnerNodes = (text: string): string => text.replace(/(?<=\+-- [\d.]{7,15})\/\d{1,2}/g, '')

/** Replaces addresses that the kernel writes in hexadecimal, by the path of the table. */
export function visitKernelTable(path: string, text: string, visitor: AddressVisitor): string {
  const table = /\/proc\/(?:[^/]+\/)?net\/(?<name>\w+)(?:#\d)?$/.exec(path)?.groups?.name ?? ''
  return tables[table]?.(text, visitor) ?? text
}

type Visit = (text: string, visitor: AddressVisitor) => string

const sockets: Visit = (text, visitor) =>
  text.replace(/(?<![0-9A-Fa-f])(?<address>[0-9A-F]{8}|[0-9A-F]{32})(?=:[0-9A-F]{4}(?![0-9A-Fa-f]))/g, found =>
    wordsReversed(visitHex(wordsReversed(found), visitor)),
  )

const tables: Readonly<Record<string, Visit>> = {
  tcp: sockets,
  tcp6: sockets,
  udp: sockets,
  udp6: sockets,
  route: (text, visitor) =>
    text.replace(routeLine, (_, device: string, to: string, gateway: string, middle: string, mask: string) => {
      const prefix = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length
      const network = parseNetwork(`${dotted(wordsReversed(to))}/${prefix}`)
      if (network && prefix > 0) visitor.network(network)
      const images = [to, gateway].map(each => wordsReversed(visitHex(wordsReversed(each), visitor)))
      return `${device}${images.join('\t')}${middle}${mask}`
    }),
  if_inet6: (text, visitor) =>
    text.replace(/^(?<address>[0-9a-f]{32})(?= [0-9a-f]+ (?<length>[0-9a-f]{2}) )/gm, (found, _, length: string) =>
      visitSix(found, { length, visitor }),
    ),
  ipv6_route: (text, visitor) =>
    text.replace(
      /(?<![0-9a-f])(?<address>[0-9a-f]{32})(?: (?<length>[0-9a-f]{2})(?= ))?/g,
      (found, address: string, length?: string) =>
        visitSix(address, { length: length ?? '80', visitor }) + found.slice(32),
    ),
  ip_vs: (text, visitor) =>
    text.replace(/(?<![0-9A-Fa-f])[0-9A-F]{8}(?=:[0-9A-F]{4}(?![0-9A-Fa-f]))/g, found => visitHex(found, visitor)),
  fib_trie: (text, visitor) => {
    for (const { groups } of text.matchAll(/-- (?<address>[\d.]{7,15})\n\s+\/(?<length>\d{1,2}) /g)) {
      const network = parseNetwork(`${groups?.address}/${groups?.length}`)
      if (network) visitor.network(network)
    }
    return text
  },
}

const routeLine =
  /^(?<device>[^\t\n]+\t)(?<to>[0-9A-F]{8})\t(?<gateway>[0-9A-F]{8})(?<middle>(?:\t[0-9A-F]+){4}\t)(?<mask>[0-9A-F]{8})/gm

/** Each 32-bit word is written in host byte order (little-endian). */
const wordsReversed = (hex: string): string =>
  hex.replace(/[0-9A-Fa-f]{8}/g, word => (word.match(/../g) ?? []).reverse().join(''))

const dotted = (hex: string): string => (hex.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16)).join('.')

function visitHex(hex: string, { address }: AddressVisitor): string {
  const value = BigInt(`0x${hex}`)
  const mapped = hex.length === 32 && value >> 32n === 0xffffn
  if (mapped) return hex.slice(0, 24) + upper(address({ family: 4, value: value & 0xffffffffn }).value, 8)
  return upper(address({ family: hex.length === 8 ? 4 : 6, value }).value, hex.length)
}

const upper = (value: bigint, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')

function visitSix(hex: string, { length, visitor }: { length: string; visitor: AddressVisitor }): string {
  const prefix = Number.parseInt(length, 16)
  const value = BigInt(`0x${hex}`)
  const host = BigInt(128 - Math.min(prefix, 128))
  const first = (value >> host) << host
  const network: Network = { family: 6, address: value, prefix, first, last: first | ((1n << host) - 1n) }
  if (prefix < 128) visitor.network(network)
  return visitor.address({ family: 6, value }).value.toString(16).padStart(32, '0')
}
