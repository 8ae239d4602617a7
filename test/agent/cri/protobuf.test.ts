import { type DescMessage, fromJson, type JsonValue, toBinary, toJson } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { containerList, podSandboxList, statusResponse, versionResponse } from '../../../agent/cri/messages.ts'
import { decodeMessage, type Field, type MessageType } from '../../../agent/cri/protobuf.ts'
import { Refusal } from '../../../agent/host/failures.ts'
import {
  ListContainersResponseSchema,
  ListPodSandboxResponseSchema,
  StatusResponseSchema,
  VersionResponseSchema,
} from '../../support/cri/gen/runtime_pb.js'

const text = fc.string({ unit: 'grapheme', maxLength: 20 })

/** Any value of a field, as protobuf JSON. */
function anyValue(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'string':
      return text
    case 'bool':
      return fc.boolean()
    case 'uint32':
      return fc.nat(2 ** 32 - 1)
    case 'int64':
      return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String)
    case 'enum':
      return fc.constantFrom(...field.values)
    case 'map':
      return fc.dictionary(
        text.filter(key => key !== '__proto__'),
        text,
        { maxKeys: 5 },
      )
    case 'message':
      return anyMessage(field.of)
    case 'list':
      return fc.array(anyMessage(field.of), { maxLength: 5 })
  }
}

/** Any message of a type, with any of its fields left out. */
const anyMessage = (type: MessageType): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries(Object.values(type).map(field => [field.name, anyValue(field)])), { requiredKeys: [] })

const pairs: readonly (readonly [string, DescMessage, MessageType])[] = [
  ['Version', VersionResponseSchema, versionResponse],
  ['Status', StatusResponseSchema, statusResponse],
  ['ListPodSandbox', ListPodSandboxResponseSchema, podSandboxList],
  ['ListContainers', ListContainersResponseSchema, containerList],
]

describe.each(pairs)('the reply of %s', (_, reference, type) => {
  test('is decoded as by the reference implementation', () => {
    fc.assert(
      fc.property(anyMessage(type), json => {
        const message = fromJson(reference, json as JsonValue)
        expect(decodeMessage(type, toBinary(reference, message))).toEqual(
          toJson(reference, message, { alwaysEmitImplicit: true }),
        )
      }),
    )
  })

  test('is decoded, or refused as malformed, whatever the bytes are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), bytes => isDecodedOrRefused(type, bytes)))
  })

  test('is decoded, or refused as malformed, wherever it is cut', () => {
    fc.assert(
      fc.property(anyMessage(type), fc.nat(200), (json, length) => {
        isDecodedOrRefused(type, toBinary(reference, fromJson(reference, json as JsonValue)).subarray(0, length))
      }),
    )
  })
})

test('a message in two pieces is put together', () => {
  const type: MessageType = { 1: { name: 'inner', type: 'message', of: versionResponse } }
  expect(decodeMessage(type, Uint8Array.of(0x0a, 3, 0x0a, 1, 0x61, 0x0a, 3, 0x12, 1, 0x62))).toEqual({
    inner: { version: 'a', runtimeName: 'b', runtimeVersion: '', runtimeApiVersion: '' },
  })
})

test('fields of other numbers are skipped, whatever their wire type', () => {
  const unknown = [0x78, 0xff, 1, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 2, 9, 9, 0x7d, 1, 2, 3, 4]
  expect(decodeMessage(versionResponse, Uint8Array.from([...unknown, 0x0a, 1, 0x61]))).toMatchObject({ version: 'a' })
})

test.each([
  ['a number of eleven bytes', [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ['text where a number belongs', [0x10, 0x01]],
  ['a length beyond the end', [0x0a, 0x7f, 0x61]],
  ['a group', [0x0b, 0x0c]],
])('%s is malformed', (_, bytes) => {
  expect(() => decodeMessage(versionResponse, Uint8Array.from(bytes))).toThrow(
    expect.objectContaining({ reason: 'malformed' }),
  )
})

function isDecodedOrRefused(type: MessageType, bytes: Uint8Array): void {
  try {
    decodeMessage(type, bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal)
  }
}
