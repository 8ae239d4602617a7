import { type Address, type Network, parseNetwork } from '../../../shared/ip.ts'
import type { Keyed } from './pseudo-random.ts'

/** Maps each address to another one and preserves common prefixes. */
export interface AddressMap {
  /** Registers an address in use. */
  addAddress(address: Address): void
  /** Registers a network; addresses keep their bits below its prefix. */
  addNetwork(network: Network): void
  /** The replacement for an address; everything must be registered before the first call. */
  image(address: Address): Address
}

/**
 * A network bit is flipped, depending on the key, only where all known addresses under its prefix continue in one way;
 * where known networks branch, it stays. So containment and order of everything known are preserved. Host bits stay,
 * and so do the first and last address of each network, and ranges that programs know by heart.
 */
export function createAddressMap(keyed: Keyed): AddressMap {
  const families = { 4: createFamily(4, keyed), 6: createFamily(6, keyed) }
  return {
    addAddress: ({ family, value }) => families[family].addAddress(value),
    addNetwork: network => families[network.family].addNetwork(network),
    image: ({ family, value }) => ({ family, value: families[family].image(value) }),
  }
}

interface Family {
  readonly addAddress: (value: bigint) => void
  readonly addNetwork: (network: Pick<Network, 'first' | 'last' | 'prefix'>) => void
  readonly image: (value: bigint) => bigint
}

interface Shape {
  readonly family: 4 | 6
  readonly width: number
  /** Prefix length assumed for an address whose network is not known. */
  readonly usual: number
  /** Shorter prefixes are ignored. */
  readonly largest: number
  /** Ranges that no address may enter or leave. */
  readonly fixed: readonly Network[]
}

const networks = (...texts: readonly string[]): readonly Network[] => texts.flatMap(text => parseNetwork(text) ?? [])

/** Private and special ranges (RFC 6890), and defaults that checks know: Weave Net, CRI-O, Podman, Docker. */
const shapes: Readonly<Record<4 | 6, Shape>> = {
  4: {
    family: 4,
    width: 32,
    usual: 24,
    largest: 8,
    fixed: networks(
      ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
      ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
      ...['10.32.0.0/12', '10.85.0.0/16', '10.88.0.0/16', '172.17.0.0/16'],
    ),
  },
  6: {
    family: 6,
    width: 128,
    usual: 64,
    largest: 16,
    fixed: networks(
      '::/8',
      '64:ff9b::/96',
      '2001:db8::/32',
      '2002::/16',
      'fc00::/8',
      'fd00::/8',
      'fe80::/10',
      'ff00::/8',
    ),
  },
}

/** Addresses in these ranges are not changed. */
const untouched = networks(
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/8', '64:ff9b::/96', 'fe80::/10', 'ff00::/8'],
)

function createFamily(family: 4 | 6, keyed: Keyed): Family {
  const shape = shapes[family]
  const { width, usual, largest } = shape
  const points = new Set<bigint>()
  const deep = new Set<string>()
  const [firsts, lasts] = [new Map<bigint, number>(), new Map<bigint, number>()]
  const images = new Map<bigint, bigint>()
  const isTurned = turner(shape, keyed)
  let tree: Tree | null = null

  const addNetwork: Family['addNetwork'] = ({ first, last, prefix }) => {
    if (prefix < largest || prefix >= width) return
    points.add(first).add(last)
    firsts.set(first, Math.min(prefix, firsts.get(first) ?? width))
    lasts.set(last, Math.min(prefix, lasts.get(last) ?? width))
    for (let depth = usual; depth < prefix; depth += 1) deep.add(nodeKey(depth, first >> BigInt(width - depth)))
  }
  const addAddress = (value: bigint): void => {
    if (points.has(value)) return
    points.add(value)
    const base = naturalPrefix(value, shape)
    if (base < usual) addNetwork(networkAt(value, { prefix: base, width }))
  }
  const image = (value: bigint): bigint => {
    const known = images.get(value)
    if (known !== undefined) return known
    tree ??= { shape, sorted: sortNumbers(points), deep, firsts, lasts, isTurned, tops: new Map() }
    const made = walk(value, tree)
    images.set(value, made)
    return made
  }
  return { addAddress, addNetwork, image }
}

const sortNumbers = (numbers: Iterable<bigint>): readonly bigint[] =>
  [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))

/** The prefix length at which an address's trailing zeros begin: `10.40.0.0` is probably a network. */
function naturalPrefix(value: bigint, { width, largest }: Shape): number {
  let prefix = width
  while (prefix > largest && ((value >> BigInt(width - prefix)) & 1n) === 0n) prefix -= 1
  return prefix
}

function networkAt(value: bigint, { prefix, width }: { prefix: number; width: number }) {
  const host = BigInt(width - prefix)
  const first = (value >> host) << host
  return { first, last: first | ((1n << host) - 1n), prefix }
}

const nodeKey = (depth: number, prefix: bigint): string => `${depth}/${prefix.toString(16)}`

interface Tree {
  readonly shape: Shape
  readonly sorted: readonly bigint[]
  /** Prefixes longer than `usual` on the way to a known network. */
  readonly deep: ReadonlySet<string>
  /** For each first and last address, the prefix length of the largest network that begins or ends there. */
  readonly firsts: ReadonlyMap<bigint, number>
  readonly lasts: ReadonlyMap<bigint, number>
  readonly isTurned: (depth: number, prefix: bigint) => boolean
  /** Cached walks down to networks of the usual length. */
  readonly tops: Map<bigint, Walk>
}

/**
 * Progress of a walk: the bits produced so far, and the known addresses with the same prefix as the one being mapped.
 */
interface Walk {
  readonly depth: number
  readonly made: bigint
  readonly from: number
  readonly to: number
}

/** Maps a value bit by bit; the walk to its usual network is cached. */
function walk(value: bigint, tree: Tree): bigint {
  const { width, usual } = tree.shape
  const network = value >> BigInt(width - usual)
  const top = tree.tops.get(network) ?? descend(value, { depth: 0, made: 0n, from: 0, to: tree.sorted.length }, tree)
  tree.tops.set(network, top)
  const { depth, made } = top.depth === usual ? descend(value, top, tree) : top
  const rest = BigInt(width - depth)
  return (made << rest) | (value & ((1n << rest) - 1n))
}

/** Descends to the usual network or, from there, as long as there is a known network below. */
function descend(value: bigint, start: Walk, tree: Tree): Walk {
  const { shape, sorted, deep, isTurned } = tree
  const { width, usual } = shape
  const least = firstFree(value, shape)
  const end = start.depth < usual ? usual : width
  let { depth, made, from, to } = start
  for (; depth < end && from < to; depth += 1) {
    const prefix = value >> BigInt(width - depth)
    if (depth >= usual && !deep.has(nodeKey(depth, prefix))) break
    const bit = (value >> BigInt(width - depth - 1)) & 1n
    const middle = lowerBound(sorted, { from, to, value: ((prefix << 1n) | 1n) << BigInt(width - depth - 1) })
    const isOneWay = middle === from || middle === to
    const turn = depth >= least && isOneWay && !isAtEdge(prefix, depth, tree) && isTurned(depth, prefix)
    made = (made << 1n) | (turn ? 1n - bit : bit)
    if (bit === 0n) to = middle
    else from = middle
  }
  return { depth, made, from, to }
}

/** Whether the remaining bits make the first or last address of a known network. */
function isAtEdge(prefix: bigint, depth: number, { shape: { width }, firsts, lasts }: Tree): boolean {
  const host = BigInt(width - depth)
  const first = prefix << host
  const last = first | ((1n << host) - 1n)
  return (firsts.get(first) ?? width) <= depth || (lasts.get(last) ?? width) <= depth
}

/** The first bit that may be flipped without entering or leaving a fixed range. */
function firstFree(value: bigint, { family, width, fixed, largest }: Shape): number {
  const address = { family, value }
  if (untouched.some(range => range.family === family && range.first <= value && value <= range.last)) return width
  return Math.max(largest, ...fixed.map(range => Math.min(range.prefix, common(address.value, range.first, width) + 1)))
}

/** Length of the common prefix in bits. */
const common = (one: bigint, other: bigint, width: number): number =>
  one === other ? width : width - (one ^ other).toString(2).length

function lowerBound(
  sorted: readonly bigint[],
  { from, to, value }: { readonly from: number; readonly to: number; readonly value: bigint },
): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? value) < value) low = middle + 1
    else high = middle
  }
  return low
}

function turner({ family }: Shape, keyed: Keyed): Tree['isTurned'] {
  const known = new Map<string, boolean>()
  return (depth, prefix) => {
    const key = nodeKey(depth, prefix)
    const turned = known.get(key) ?? ((keyed(`address/${family}/${key}`)[0] ?? 0) & 1) === 1
    known.set(key, turned)
    return turned
  }
}
