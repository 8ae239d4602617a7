import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeQuery, parseAnswer } from '../../../shared/formats/dns-message.ts'

test('a query has the bytes of RFC 1035', () => {
  const bytes = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 2, 0x62, 0x63, 0, 0, 1, 0, 1]
  expect([...encodeQuery(0x1234, 'a.bc')]).toEqual(bytes)
})

test('a query is no answer', () => {
  expect(parseAnswer(encodeQuery(7, 'a.b'))).toBeNull()
})

test('of an answer its id, code, records and truncation are told', () => {
  const answer = { id: fc.nat(0xffff), rcode: fc.nat(15), answers: fc.nat(0xffff), truncated: fc.boolean() }
  fc.assert(
    fc.property(fc.record(answer), given => {
      const bytes = encodeQuery(given.id, 'a.b')
      const view = new DataView(bytes.buffer)
      view.setUint16(2, 0x8000 | (given.truncated ? 0x0200 : 0) | given.rcode)
      view.setUint16(6, given.answers)
      expect(parseAnswer(bytes)).toEqual(given)
    }),
  )
})

test('whatever bytes come, it is an answer or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      const isAnswer = bytes.length >= 12 && ((bytes[2] ?? 0) & 0x80) !== 0
      expect(parseAnswer(bytes) !== null).toBe(isAnswer)
    }),
  )
})
