/** Header of an answer, RFC 1035 section 4.1.1. */
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

/** A query for the A records of a name, RFC 1035 section 4. `name` has labels of at most 63 ASCII characters. */
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

/** The header of an answer; null for what is none. */
export function parseAnswer(bytes: Uint8Array): DnsAnswer | null {
  if (bytes.length < headerBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint16(2)
  if ((flags & 0x8000) === 0) return null
  return { id: view.getUint16(0), rcode: flags & 0xf, answers: view.getUint16(6), truncated: (flags & 0x0200) !== 0 }
}
