import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timeWriter } from '../../../agent/host/time-writer.ts'

const extreme = 8.64e15
const anyTime = fc.integer({ min: -extreme, max: extreme })
// Within some minutes, as times of files are.
const nearTime = fc.integer({ min: -200_000, max: 200_000 })

test('times read as Date writes them, whatever was written before', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyTime, nearTime), { minLength: 2, maxLength: 40 }), times => {
      const write = timeWriter()
      expect(times.map(write)).toEqual(times.map(ms => new Date(ms).toISOString()))
    }),
  )
})

test('the first and the last time that there is can be written', () => {
  const write = timeWriter()
  for (const ms of [-extreme, extreme]) expect(write(ms)).toBe(new Date(ms).toISOString())
})

test('what is no time is refused, also twice and after a time', () => {
  const write = timeWriter()
  write(extreme)
  for (const ms of [Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, extreme + 1])
    expect(() => write(ms)).toThrow(RangeError)
})
