import * as z from 'zod/mini'
import { ok, type Reading, unavailable } from '../reading.ts'

export const certificateSchema = z.object({
  /** RFC 3339 in UTC. */
  notBefore: z.string(),
  notAfter: z.string(),
})
export type Certificate = z.infer<typeof certificateSchema>

/** CA bundles contain some dozens; those of an operating system are not read here. */
const mostCertificates = 64
/** Maximum size of one block: enough for 16,384-bit keys and hundreds of names. */
const mostCharacters = 65_536

/**
 * Validity of the certificates in a PEM text, in order; other blocks, above all keys, are not examined. `malformed`
 * without any certificate, or with an invalid one. Source: RFC 5280, RFC 7468.
 */
export function parseCertificates(text: string): Reading<Certificate[]> {
  const found: Certificate[] = []
  for (const block of blocksOf(text)) {
    const bytes = decodeBase64(block)
    const certificate = bytes === null ? null : readDates(bytes)
    if (certificate === null) return unavailable('malformed', 'a block of PEM is no certificate')
    found.push(certificate)
  }
  return found.length > 0 ? ok(found) : unavailable('malformed', 'the file holds no certificate')
}

function blocksOf(text: string): readonly string[] {
  const parts = text.split('-----BEGIN CERTIFICATE-----', mostCertificates + 1).slice(1)
  return parts.map(part => part.slice(0, Math.max(0, part.indexOf('-----END CERTIFICATE-----'))))
}

function decodeBase64(block: string): Uint8Array | null {
  const text = block.slice(0, mostCharacters).replace(/\s+/g, '')
  const isValid = block.length <= mostCharacters && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  return isValid ? Uint8Array.from(atob(text), char => char.charCodeAt(0)) : null
}

/** A DER value: its tag and the range of its content. */
interface Element {
  readonly tag: number
  readonly start: number
  readonly end: number
}

const tags = { sequence: 0x30, version: 0xa0, utcTime: 0x17, generalizedTime: 0x18 } as const

/** Certificate ::= { tbsCertificate { [version], serial, algorithm, issuer, validity { notBefore, notAfter }, … }, … }. */
function readDates(bytes: Uint8Array): Certificate | null {
  const certificate = readElement(bytes, { at: 0, limit: bytes.length })
  const signed = certificate && readElement(bytes, { at: certificate.start, limit: certificate.end })
  if (certificate?.tag !== tags.sequence || signed?.tag !== tags.sequence) return null
  const fields = readElements(bytes, signed, 5)
  const validity = fields[fields[0]?.tag === tags.version ? 4 : 3]
  if (validity?.tag !== tags.sequence) return null
  const [notBefore, notAfter] = readElements(bytes, validity, 2).map(element => readTime(bytes, element))
  return notBefore && notAfter ? { notBefore, notAfter } : null
}

/** Up to `most` first elements inside another one. */
function readElements(bytes: Uint8Array, outer: Element, most: number): readonly Element[] {
  const found: Element[] = []
  for (let at = outer.start; at < outer.end && found.length < most; at = found.at(-1)?.end ?? outer.end) {
    const element = readElement(bytes, { at, limit: outer.end })
    if (!element) break
    found.push(element)
  }
  return found
}

/** A length is one byte, or a count of up to three further bytes. */
function readElement(bytes: Uint8Array, { at, limit }: { at: number; limit: number }): Element | null {
  const [tag, first = 0] = [bytes[at], bytes[at + 1]]
  const size = first < 0x80 ? 0 : first - 0x80
  if (tag === undefined || bytes[at + 1] === undefined || first === 0x80 || size > 3) return null
  const start = at + 2 + size
  const length = size === 0 ? first : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  return start + length <= limit ? { tag, start, end: start + length } : null
}

/** `YYMMDDhhmmssZ` of the years 1950 to 2049, or `YYYYMMDDhhmmssZ`. */
function readTime(bytes: Uint8Array, { tag, start, end }: Element): string | null {
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 32)))
  const century = Number(text.slice(0, 2)) < 50 ? '20' : '19'
  const full = tag === tags.utcTime ? `${century}${text}` : text
  const isTime = (tag === tags.utcTime || tag === tags.generalizedTime) && /^\d{14}Z$/.test(full)
  if (!isTime) return null
  const ms = Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
