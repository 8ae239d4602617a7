import type { Address } from '../../../shared/ip.ts'
import type { Keyed } from './pseudo-random.ts'

/**
 * Maps a hardware address to another of the same vendor. One that bridges or Docker derive from an IPv4 address
 * (`0a:58:…`, `02:42:…`) is derived from that address's replacement. Group addresses and those without a device part
 * stay.
 */
export function hardwareImage(
  value: bigint,
  { keyed, image }: { keyed: Keyed; image: (address: Address) => Address },
): bigint {
  const vendor = value >> 24n
  const device = value & 0xffffffn
  if (((value >> 40n) & 1n) === 1n || value === 0n || isRepeated(value)) return value
  if (value >> 32n === 0x0a58n || value >> 32n === 0x0242n) {
    return ((value >> 32n) << 32n) | image({ family: 4, value: value & 0xffffffffn }).value
  }
  const [one = 0, two = 0, three = 0] = keyed(`hardware/${vendor.toString(16)}`)
  return (vendor << 24n) | (device ^ BigInt((one << 16) | (two << 8) | three))
}

/** One repeated byte, such as Calico's `ee:ee:ee:ee:ee:ee`. */
const isRepeated = (value: bigint): boolean => value === (value & 0xffn) * 0x010101010101n

/** An IPv6 address derived from a hardware address (RFC 4291), derived from that one's replacement. */
export function interfaceImage(address: Address, hardware: (value: bigint) => bigint): Address {
  const { family, value } = address
  if (family !== 6 || ((value >> 24n) & 0xffffn) !== 0xfffen) return address
  const own = value & ((1n << 64n) - 1n)
  const image = hardware((((own >> 40n) << 24n) ^ (2n << 40n)) | (own & 0xffffffn)) ^ (2n << 40n)
  return { family, value: ((value >> 64n) << 64n) | ((image >> 24n) << 40n) | (0xfffen << 24n) | (image & 0xffffffn) }
}
