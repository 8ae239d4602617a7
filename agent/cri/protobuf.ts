import { Refusal } from '../host/failures.ts'
import { readFields, type WireValue } from './wire.ts'

/** A field's name in JSON and how its value is written there. Only maps from string to string are supported. */
export type Field = { readonly name: string } & (
  | { readonly type: 'string' | 'bool' | 'uint32' | 'int64' | 'map' }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'message' | 'list'; readonly of: MessageType }
)

/** Fields of a message by number. Unlisted fields are skipped. */
export type MessageType = Readonly<Record<number, Field>>

type Json = Record<string, unknown>

/**
 * Decodes a message to its protobuf JSON: 64-bit numbers as strings, enums by name, absent values as defaults. Throws
 * Refusal for bytes that are not such a message.
 */
export const decodeMessage = (type: MessageType, bytes: Uint8Array): Json => mergeInto(defaults(type), type, bytes)

/** A message field may occur more than once; later occurrences are merged into the first. */
function mergeInto(json: Json, type: MessageType, bytes: Uint8Array): Json {
  for (const { number, value } of readFields(bytes)) {
    const field = type[number]
    if (field) json[field.name] = decodeField(field, value, json[field.name])
  }
  return json
}

function decodeField(field: Field, value: WireValue, before: unknown): unknown {
  switch (field.type) {
    case 'bool':
      return number(value) !== 0n
    case 'uint32':
      return Number(BigInt.asUintN(32, number(value)))
    case 'int64':
      return BigInt.asIntN(64, number(value)).toString()
    case 'enum':
      return enumName(field.values, Number(BigInt.asIntN(32, number(value))))
    case 'string':
      return utf8.decode(bytes(value))
    case 'message':
      return mergeInto(isJson(before) ? before : defaults(field.of), field.of, bytes(value))
    case 'list':
      return append(before, decodeMessage(field.of, bytes(value)))
    case 'map':
      return addEntry(isJson(before) ? before : {}, decodeMessage(mapEntry, bytes(value)))
  }
}

/** Proto3 omits default values: a ready sandbox has no state on the wire. */
function defaults(type: MessageType): Json {
  const entries = Object.values(type).filter(field => field.type !== 'message')
  return Object.fromEntries(entries.map(field => [field.name, defaultOf(field)]))
}

function defaultOf(field: Field): unknown {
  if (field.type === 'enum') return enumName(field.values, 0)
  return { string: '', bool: false, uint32: 0, int64: '0', map: {}, list: [], message: undefined }[field.type]
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const mapEntry: MessageType = { 1: { name: 'key', type: 'string' }, 2: { name: 'value', type: 'string' } }
const enumName = (values: readonly string[], value: number): string | number => values[value] ?? value
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

function addEntry(map: Json, { key, value }: Json): Json {
  map[String(key)] = value
  return map
}

function append(list: unknown, item: Json): unknown[] {
  const items = Array.isArray(list) ? list : []
  items.push(item)
  return items
}

function number(value: WireValue): bigint {
  if (typeof value === 'bigint') return value
  throw new Refusal('malformed', 'the runtime sent bytes where a number belongs')
}

function bytes(value: WireValue): Uint8Array {
  if (typeof value !== 'bigint') return value
  throw new Refusal('malformed', 'the runtime sent a number where bytes belong')
}
