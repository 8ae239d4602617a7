import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ackSchema,
  collectSchema,
  encodeMessage,
  endSchema,
  failureSchema,
  helloSchema,
  parseMessage,
  progressSchema,
  readySchema,
} from '../../../shared/protocol/messages.ts'

const schemas = { ackSchema, collectSchema, endSchema, failureSchema, helloSchema, progressSchema, readySchema }
const malformed = expect.objectContaining({ name: 'ProtocolViolation', code: 'FRAME_JSON' })

test('a message is itself again', () => {
  const hello = fc.record({
    agent: fc.string(),
    protocol: fc.nat(),
    node: fc.string(),
    bootId: fc.option(fc.uuid()),
    now: fc.nat(),
  })
  fc.assert(
    fc.property(hello, each => {
      expect(parseMessage(helloSchema, encodeMessage(each))).toEqual(each)
    }),
  )
})

test.each([
  ['too many parts', collectSchema, { parts: Array.from({ length: 257 }, () => 'links'), partMs: 1 }],
  ['no time at all', collectSchema, { parts: [], partMs: 0 }],
  ['more than ten minutes', collectSchema, { parts: [], partMs: 600_001 }],
  ['half a millisecond', collectSchema, { parts: [], partMs: 1.5 }],
  ['port 0', readySchema, { netcheck: 'ready', protocol: 1, port: 0 }],
  ['a port beyond all ports', readySchema, { netcheck: 'ready', protocol: 1, port: 65_536 }],
  ['another line of a log', readySchema, { netcheck: 'steady', protocol: 1, port: 1 }],
  ['a count that is no number', endSchema, { frames: '3', bytes: 1, sha256: '' }],
] as const)('%s is no message', (_, schema, message) => {
  expect(() => parseMessage<unknown>(schema, encodeMessage(message))).toThrow(malformed)
})

test('a whole request is one', () => {
  const request = { parts: ['links', 'routes'], partMs: 600_000 }
  expect(parseMessage(collectSchema, encodeMessage(request))).toEqual(request)
})

test('any bytes are a message or FRAME_JSON', () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.json().map(text => new TextEncoder().encode(text)),
  )
  fc.assert(
    fc.property(bytes, fc.constantFrom(...Object.values(schemas)), (each, schema) => {
      try {
        expect(parseMessage<unknown>(schema, each)).toBeTypeOf('object')
      } catch (error) {
        expect(error).toEqual(malformed)
      }
    }),
  )
})
