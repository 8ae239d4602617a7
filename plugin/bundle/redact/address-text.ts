import { type Address, formatAddress, type Network, parseAddress, parseNetwork } from '../../../shared/ip.ts'

/** Callbacks for addresses found in a text; each returns the replacement text. */
export interface AddressVisitor {
  readonly address: (address: Address) => Address
  /** Called for an address with a prefix length. */
  readonly network: (network: Network) => void
  readonly hardware: (value: bigint) => bigint
  /** Whether an address also occurs in its usual notation; only then are numbers joined by dashes taken for it. */
  readonly isKnown: (address: Address) => boolean
}

/** Replaces every address in a text by what the visitor returns. Other text stays. */
export function visitAddresses(text: string, visitor: AddressVisitor): string {
  const quads = /\d\.\d/.test(text) ? visitQuads(text, visitor) : text
  const zoned = quads.includes('.in-addr.arpa')
    ? quads.replace(zone, labels => visitZone(labels.split('.'), visitor))
    : quads
  const escaped = zoned.includes('\\.') ? visitEscaped(zoned, visitor) : zoned
  const named = visitNamed(escaped, visitor)
  const dashed = /\d-\d/.test(named) ? visitDashed(named, visitor) : named
  const reversed = dashed.includes('.ip6.arpa') ? visitReversed(dashed, visitor) : dashed
  return reversed.replace(colons, found => visitColons(found, visitor))
}

/** What may precede an address besides a non-letter: escapes of JSON and of URLs. */
const quad =
  /(?:(?<![A-Za-z0-9.%])|(?<=\\[nrt]|\\u00[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2}))(?<octets>\d{1,3}(?:\.\d{1,3}){3})(?![A-Za-z0-9]|\.\d|\.in-addr\.arpa)(?:\/(?<length>\d{1,2})(?!\d))?/g

function visitQuads(text: string, visitor: AddressVisitor): string {
  return text.replace(quad, (found: string, ...rest: readonly unknown[]) => {
    const { octets = '', length } = groupsOf(rest)
    const address = parseAddress(octets)
    if (!address) return found
    const network = length === undefined ? null : parseNetwork(`${octets}/${length}`)
    if (network) visitor.network(network)
    return `${formatAddress(visitor.address(address))}${length === undefined ? '' : `/${length}`}`
  })
}

const zone = /(?<![A-Za-z0-9.])(?<labels>\d{1,3}(?:\.\d{1,3}){0,3})(?=\.in-addr\.arpa)/g

/** The named groups are the last argument of a replacer. */
const groupsOf = (rest: readonly unknown[]): Readonly<Record<string, string | undefined>> => {
  const last = rest.at(-1)
  // TypeScript types a replacer's arguments as unknown.
  return typeof last === 'object' && last !== null ? (last as Record<string, string | undefined>) : {}
}

/** `1.244.10` of `1.244.10.in-addr.arpa`: the octets of an address or of a network, the last one first. */
function visitZone(labels: readonly string[], visitor: AddressVisitor): string {
  const octets = [...labels].reverse()
  const network = parseNetwork(`${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${octets.length * 8}`)
  if (!network) return labels.join('.')
  if (network.prefix < 32) visitor.network(network)
  const image = formatAddress(visitor.address({ family: 4, value: network.first }))
  return image.split('.').slice(0, octets.length).reverse().join('.')
}

const reversedName = /(?<![A-Za-z0-9.])(?<nibbles>[0-9a-f](?:\.[0-9a-f]){0,31})\.ip6\.arpa/g

function visitReversed(text: string, visitor: AddressVisitor): string {
  return text.replace(reversedName, (_, nibbles: string) => {
    const digits = nibbles.split('.').reverse()
    const value = BigInt(`0x${digits.join('').padEnd(32, '0')}`)
    const image = visitor.address({ family: 6, value }).value.toString(16).padStart(32, '0')
    return `${[...image].slice(0, digits.length).reverse().join('.')}.ip6.arpa`
  })
}

/** `10\\.0\\.1\\.2` in regular expressions, as in advised commands. */
const visitEscaped = (text: string, visitor: AddressVisitor): string =>
  text.replace(/(?<![A-Za-z0-9.])\d{1,3}(?:\\{1,4}\.\d{1,3}){3}(?!\d)/g, found => {
    const address = parseAddress(found.replaceAll('\\', ''))
    const point = /\\+\./.exec(found)?.[0] ?? '.'
    return address ? formatAddress(visitor.address(address)).replaceAll('.', () => point) : found
  })

/** `app.10.0.1.2.nip.io`: a known address after a name; four other numbers there are a version. */
const visitNamed = (text: string, { address, isKnown }: AddressVisitor): string =>
  text.replace(/(?<=[A-Za-z]\.)\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g, found => {
    const parsed = parseAddress(found)
    return parsed && isKnown(parsed) ? formatAddress(address(parsed)) : found
  })

/** `10-0-1-2` in names that clouds, DNS and Calico make of addresses. */
const visitDashed = (text: string, visitor: AddressVisitor): string =>
  text.replace(/(?<!\d)\d{1,3}(?:-\d{1,3}){3,9}(?!\d)/g, found => visitNumbers(found.split('-'), visitor).join('-'))

/** Replaces the first four consecutive numbers that are a known address. */
function visitNumbers(numbers: readonly string[], { address, isKnown }: AddressVisitor): readonly string[] {
  for (let at = 0; at + 4 <= numbers.length; at += 1) {
    const parsed = parseAddress(numbers.slice(at, at + 4).join('.'))
    if (!parsed || !isKnown(parsed)) continue
    return [...numbers.slice(0, at), ...formatAddress(address(parsed)).split('.'), ...numbers.slice(at + 4)]
  }
  return numbers
}

const colons =
  /(?:(?<![A-Za-z0-9.]|[0-9A-Fa-f]:)|(?<=\\[nrt]|\\u00[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2}))(?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f]{0,4}(?![A-Za-z0-9]|\.\d)(?:\/\d{1,3}(?!\d))?/g

/** IPv6 and hardware addresses. */
function visitColons(found: string, visitor: AddressVisitor): string {
  const [text = '', length] = found.split('/')
  if (/^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$/.test(text))
    return visitHardware(text, visitor) + found.slice(text.length)
  const address = text.includes(':::') ? null : parseAddress(text)
  if (!address) return found
  const network = length === undefined ? null : parseNetwork(found)
  if (network) visitor.network(network)
  const image = visitor.address(address)
  return image.value === address.value ? found : `${formatAddress(image)}${found.slice(text.length)}`
}

function visitHardware(text: string, { hardware }: AddressVisitor): string {
  const image = hardware(BigInt(`0x${text.replaceAll(':', '')}`))
    .toString(16)
    .padStart(12, '0')
  const written = image.replace(/..(?!$)/g, '$&:')
  return /[A-F]/.test(text) ? written.toUpperCase() : written
}
