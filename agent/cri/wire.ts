import { Refusal } from '../host/failures.ts'

/** A field's value on the wire: a number, or the bytes of a string or message. */
export type WireValue = bigint | Uint8Array

interface WireField {
  readonly number: number
  readonly value: WireValue
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** Yields the fields of a protobuf message in order. Throws Refusal for truncated or malformed bytes. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  const cursor: Cursor = { bytes, at: 0 }
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor)
    yield { number: Number(tag >> 3n), value: readValue(cursor, Number(tag & 7n)) }
  }
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

function readValue(cursor: Cursor, type: number): WireValue {
  switch (type) {
    case wireTypes.varint:
      return readVarint(cursor)
    case wireTypes.bytes:
      return take(cursor, Number(readVarint(cursor)))
    case wireTypes.fixed64:
      return take(cursor, 8)
    case wireTypes.fixed32:
      return take(cursor, 4)
    default:
      throw new Refusal('malformed', `the runtime sent a field of unknown type ${type}`)
  }
}

/** Base-128 varint: seven bits per byte, least significant first, at most 64 bits. */
function readVarint(cursor: Cursor): bigint {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const [byte = 0] = take(cursor, 1)
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return BigInt.asUintN(64, value)
  }
  throw new Refusal('malformed', 'the runtime sent a number of more than 64 bits')
}

function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length
  if (end > cursor.bytes.length) throw new Refusal('malformed', 'a message of the runtime ends in the middle')
  const taken = cursor.bytes.subarray(cursor.at, end)
  cursor.at = end
  return taken
}
