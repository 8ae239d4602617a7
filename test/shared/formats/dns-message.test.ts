import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePaddedQuery, encodeQuery, parseAnswer } from '../../../shared/formats/dns-message.ts'

test('a query has the bytes of RFC 1035', () => {
  const bytes = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 2, 0x62, 0x63, 0, 0, 1, 0, 1]
  expect([...encodeQuery(0x1234, 'a.bc')]).toEqual(bytes)
})

test('a padded query is as long as asked, and holds the query, one OPT record and zeros', () => {
  const label = fc.stringMatching(/^[a-z0-9-]{1,63}$/)
  const name = fc.array(label, { minLength: 1, maxLength: 3 }).map(labels => labels.join('.'))
  fc.assert(
    fc.property(fc.nat(0xffff), name, fc.integer({ min: 0, max: 70_000 }), (id, name, length) => {
      const query = encodeQuery(id, name)
      const bytes = encodePaddedQuery(id, name, length)
      const least = query.length + 15
      expect(bytes.length).toBe(Math.min(Math.max(length, least), 0xffff))
      const view = new DataView(bytes.buffer)
      expect([4, 6, 8, 10].map(at => view.getUint16(at))).toEqual([1, 0, 0, 1])
      expect([...bytes.subarray(12, query.length)]).toEqual([...query.subarray(12)])
      const opt = query.length
      expect([bytes[opt], view.getUint16(opt + 1), view.getUint32(opt + 5)]).toEqual([0, 41, 0])
      expect(opt + 11 + view.getUint16(opt + 9)).toBe(bytes.length)
      expect([view.getUint16(opt + 11), opt + 15 + view.getUint16(opt + 13)]).toEqual([12, bytes.length])
      expect(bytes.subarray(least).every(byte => byte === 0)).toBe(true)
    }),
  )
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
