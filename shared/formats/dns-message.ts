/** Header of a response, RFC 1035 section 4.1.1. */
export interface DnsAnswer {
  readonly id: number
  /** 0 no error, 2 server failure, 3 no such name, 5 refused. */
  readonly rcode: number
  /** Records in the answer section. */
  readonly answers: number
  readonly truncated: boolean
}

const headerBytes = 12
const recursionDesired = 0x0100

/** Encodes a query for a name's A records, RFC 1035 section 4. Labels have at most 63 ASCII characters. */
export function encodeQuery(id: number, name: string): Uint8Array {
  const labels = name.split('.').map(label => new TextEncoder().encode(label))
  const nameBytes = labels.reduce((sum, { length }) => sum + 1 + length, 1)
  const bytes = new Uint8Array(headerBytes + nameBytes + 4)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, id)
  view.setUint16(2, recursionDesired)
  view.setUint16(4, 1)
  let end = headerBytes
  for (const label of labels) {
    bytes[end] = label.length
    bytes.set(label, end + 1)
    end += 1 + label.length
  }
  view.setUint16(end + 1, 1)
  view.setUint16(end + 3, 1)
  return bytes
}

/**
 * The same query padded to `length` bytes by an OPT record (RFC 6891) with the Padding option (RFC 7830). Never shorter
 * than with an empty option; at most 65,535 bytes, as over TCP.
 */
export function encodePaddedQuery(id: number, name: string, length: number): Uint8Array {
  const query = encodeQuery(id, name)
  const bytes = new Uint8Array(Math.min(Math.max(length, query.length + optBytes + optionBytes), 0xffff))
  bytes.set(query)
  const view = new DataView(bytes.buffer)
  view.setUint16(additionalRecords, 1)
  const option = query.length + optBytes
  // A zero byte is the root name, which every OPT record has.
  view.setUint16(query.length + 1, optType)
  view.setUint16(query.length + 3, udpPayload)
  view.setUint16(option - 2, bytes.length - option)
  view.setUint16(option, paddingOption)
  view.setUint16(option + 2, bytes.length - option - optionBytes)
  return bytes
}

const additionalRecords = 10
const optType = 41
const optBytes = 11
/** Maximum size of a UDP response; irrelevant over TCP. */
const udpPayload = 1232
const paddingOption = 12
const optionBytes = 4

/** Parses the header of a response; null for anything else. */
export function parseAnswer(bytes: Uint8Array): DnsAnswer | null {
  if (bytes.length < headerBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint16(2)
  if ((flags & 0x8000) === 0) return null
  return { id: view.getUint16(0), rcode: flags & 0xf, answers: view.getUint16(6), truncated: (flags & 0x0200) !== 0 }
}
