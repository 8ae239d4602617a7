import { formatAddress, parseNetwork } from '../../../shared/ip.ts'
import { compareText } from '../../../shared/text.ts'
import type { BundleEntry } from '../entry.ts'
import { createAddressMap } from './address-map.ts'
import { type AddressVisitor, visitAddresses } from './address-text.ts'
import { createChainMap } from './chain-names.ts'
import { hardwareImage, interfaceImage } from './hardware-address.ts'
import { arrayIn, jsonOf } from './json-fields.ts'
import { visitKernelTable, withoutInnerNodes } from './kernel-tables.ts'
import { learnNames } from './known-names.ts'
import { createNameMap } from './name-map.ts'
import { type Keyed, keyedBy } from './pseudo-random.ts'
import { rewriteClaims } from './token-claims.ts'

/** What a redaction replaces. */
export type RedactKind = 'addresses' | 'names'

/** Replacements by their originals. */
export interface Mapping {
  readonly names: Readonly<Record<string, string>>
  readonly addresses: Readonly<Record<string, string>>
}

/** Replaces addresses and names consistently throughout a bundle, so that checks find in it what they found before. */
export interface Redactor {
  /** Learns the names and addresses in an entry. All entries must be learned before the first is rewritten. */
  learn(entry: BundleEntry): void
  /** The entry with replaced names and addresses, also in its path. */
  rewrite(entry: BundleEntry): BundleEntry
  /** The replacements so far; they must not be shared along with the bundle. */
  mapping(): Mapping
}

interface RedactOptions {
  readonly kinds: readonly RedactKind[]
  readonly key: string
}

/** Creates a redactor; the same key gives the same replacements. */
export function createRedactor({ kinds, key }: RedactOptions): Redactor {
  const keyed = keyedBy(key)
  const addresses = kinds.includes('addresses') ? createAddressRedactor(keyed) : null
  const names = createNameMap(keyed)
  const hasNames = kinds.includes('names')
  const chains = createChainMap(keyed)
  const replace = (path: string, text: string): string => {
    const named = hasNames ? names.rewrite(text) : text
    return addresses ? addresses.rewrite(path, named) : named
  }
  const rename = (text: string): string => replace('', text)
  return {
    learn: entry => {
      addresses?.learn(entry.path, textOf(entry.bytes))
      if (hasNames) learnNames(entry, names)
      chains.learn(entry)
    },
    rewrite: entry => {
      const path = rewritePath(entry.path, rename)
      const text = textOf(entry.bytes)
      const claims = rewriteClaims(replace(entry.path, text), rename)
      const made = finish(path, chains.rewrite(claims, rename), kinds)
      return { path, bytes: made === text ? entry.bytes : Buffer.from(made, 'latin1') }
    },
    mapping: () => ({ names: sorted(names.exchanged()), addresses: sorted(addresses?.exchanged ?? new Map()) }),
  }
}

/** The half of a redactor that replaces addresses, by the path and text of an entry. */
function createAddressRedactor(keyed: Keyed) {
  const addresses = createAddressMap(keyed)
  const known = new Set<string>()
  const exchanged = new Map<string, string>()
  const hardware = (value: bigint): bigint => hardwareImage(value, { keyed, image: addresses.image })
  const learner: AddressVisitor = {
    address: address => {
      addresses.addAddress(address)
      known.add(formatAddress(address))
      return address
    },
    network: addresses.addNetwork,
    hardware: value => value,
    isKnown: () => false,
  }
  const rewriter: AddressVisitor = {
    address: address => {
      const image = interfaceImage(addresses.image(address), hardware)
      if (image.value !== address.value) exchanged.set(formatAddress(address), formatAddress(image))
      return image
    },
    network: () => undefined,
    hardware,
    isKnown: address => known.has(formatAddress(address)),
  }
  const visit = (path: string, text: string, visitor: AddressVisitor): string =>
    visitAddresses(visitKernelTable(path, text, visitor), visitor)
  return {
    learn: (path: string, text: string): void => {
      visit(path, `${withoutInnerNodes(text)}\n${path}`, learner)
      for (const network of spelledNetworks(text)) addresses.addNetwork(network)
    },
    rewrite: (path: string, text: string): string => visit(path, text, rewriter),
    exchanged,
  }
}

/** Latin-1, so that bytes survive the round trip through text. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

const sorted = (map: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  Object.fromEntries([...map].sort(([a], [b]) => compareText(a, b)))

/** Networks whose prefix length is in a field of its own, as `ip -j addr` and `nft -j` write them. */
function* spelledNetworks(text: string) {
  for (const { groups } of text.matchAll(spelled)) {
    const network = parseNetwork(`${groups?.address}/${groups?.length}`)
    if (network) yield network
  }
}

const spelled =
  /(?<![0-9A-Fa-f.:])(?<address>[0-9A-Fa-f.:]{3,45})\\{0,4}"\s{0,4},\s{0,4}\\{0,4}"(?:prefixlen|len)\\{0,4}"\s{0,4}:\s{0,4}(?<length>\d{1,3})/g

/** The format's own folder names are kept. */
function rewritePath(path: string, rename: (text: string) => string): string {
  const kept = /^(?:nodes\/|cluster\/(?:logs|configz)\/)/.exec(path)?.[0]
  if (kept === undefined) return path
  const [own = '', ...steps] = path.slice(kept.length).split('/')
  const inside = /^(?<folder>(?:netns\/[^/]+\/)?(?:files|commands|cri|http)\/|)(?<rest>.*)$/s.exec(
    steps.join('/'),
  )?.groups
  const suffix = /(?:\.previous)?\.(?:log|json)$/.exec(own)?.[0] ?? ''
  const first = rename(own.slice(0, own.length - suffix.length)) + suffix
  if (steps.length === 0) return `${kept}${first}`
  const rest =
    inside?.folder === '' && kept === 'nodes/'
      ? steps.join('/')
      : `${inside?.folder ?? ''}${rename(inside?.rest ?? '')}`
  return `${kept}${first}/${rest}`
}

/** Restores the order of lists sorted by name, and marks the bundle as redacted. */
function finish(path: string, text: string, kinds: readonly RedactKind[]): string {
  if (path === 'bundle.json') {
    const value = jsonOf(Buffer.from(text, 'latin1'))
    return typeof value === 'object' && value !== null ? JSON.stringify({ ...value, redacted: kinds.length > 0 }) : text
  }
  return /^nodes\/[^/]+\/(?:netns\/[^/]+\/)?files\.json$/.test(path) ? sortEntries(text) : text
}

/** Directory listings are sorted by bytes. */
function sortEntries(text: string): string {
  const index = jsonOf(Buffer.from(text, 'latin1'))
  if (typeof index !== 'object' || index === null) return text
  const sorted = Object.entries(index).map(([path, entry]) => {
    const names = arrayIn(entry, 'entries').filter(name => typeof name === 'string')
    return [path, names.length > 1 ? { ...entry, entries: names.sort(byBytes) } : entry] as const
  })
  return Buffer.from(JSON.stringify(Object.fromEntries(sorted))).toString('latin1')
}

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))
