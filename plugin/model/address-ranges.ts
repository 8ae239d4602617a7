import type { IpamConfig, IpamRange } from '../../shared/formats/cni-config.ts'
import { type Address, formatAddress, type Network, parseAddress, parseNetwork } from '../../shared/ip.ts'

/** Addresses from `first` to `last` except the gateway, which host-local never allocates. */
interface AddressRange {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  readonly gateway: bigint
}

/** A pod gets one address from each set; an exhausted set makes the pod fail. */
export type RangeSet = readonly AddressRange[]

/**
 * The range sets of a host-local configuration with the plugin's defaults; null when a range cannot be parsed. Source:
 * containernetworking/plugins, host-local/backend/allocator.
 */
export function rangeSets({ ranges }: IpamConfig): readonly RangeSet[] | null {
  const sets = ranges.map(completeSet)
  return sets.length > 0 && sets.every(set => set !== null) ? sets : null
}

/** The range sets that a plugin derives from a node's pod networks: one per address family. */
export const setsOfNetworks = (networks: readonly string[]): readonly RangeSet[] | null =>
  rangeSets({ type: 'host-local', dataDir: null, ranges: networks.map(subnet => [{ ...bare, subnet }]) })

/** Number of addresses in a set. */
export const capacityOf = (set: RangeSet): bigint =>
  set.reduce((sum, { first, last, gateway }) => sum + last - first + (isWithin(gateway, { first, last }) ? 0n : 1n), 0n)

/** Whether a set contains an address that host-local may allocate. */
export const holds = (set: RangeSet, { family, value }: Address): boolean =>
  set.some(range => range.family === family && isWithin(value, range) && value !== range.gateway)

/** `10.244.1.2-10.244.1.254`, several joined by a comma. */
export const describeSet = (set: RangeSet): string =>
  set
    .map(
      ({ family, first, last }) =>
        `${formatAddress({ family, value: first })}-${formatAddress({ family, value: last })}`,
    )
    .join(', ')

const bare: IpamRange = { subnet: null, rangeStart: null, rangeEnd: null, gateway: null }

function completeSet(set: readonly IpamRange[]): RangeSet | null {
  const ranges = set.map(toRange)
  return ranges.length > 0 && ranges.every(range => range !== null) ? ranges : null
}

const isWithin = (value: bigint, { first, last }: { first: bigint; last: bigint }) => first <= value && value <= last

function toRange({ subnet, rangeStart, rangeEnd, gateway }: IpamRange): AddressRange | null {
  const network = subnet === null ? null : parseNetwork(subnet)
  if (!network || network.last - network.first < 3n) return null
  const first = boundary(rangeStart, network, network.first + 1n)
  const last = boundary(rangeEnd, network, network.family === 4 ? network.last - 1n : network.last)
  const via = boundary(gateway, network, network.first + 1n)
  if (first === null || last === null || via === null || first > last) return null
  return { family: network.family, first, last, gateway: via }
}

function boundary(text: string | null, { family }: Network, otherwise: bigint): bigint | null {
  if (text === null || text === '') return otherwise
  const address = parseAddress(text)
  return address?.family === family ? address.value : null
}
