import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowsOf, shortened } from '../../../plugin/report/rows.ts'

test('a text that fits is one row', () => {
  expect(rowsOf('one two', { width: 7, most: 2 })).toEqual(['one two'])
  expect(rowsOf('one two', { width: Number.POSITIVE_INFINITY, most: 1 })).toEqual(['one two'])
})

test('a longer one is broken between words, and its end is cut', () => {
  expect(rowsOf('one two three four', { width: 8, most: 2 })).toEqual(['one two', 'three f…'])
  expect(rowsOf('abcdefghij', { width: 4, most: 3 })).toEqual(['abcd', 'efgh', 'ij'])
})

test('no row is wider and none is more than asked for, and with rows enough nothing is lost', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/)).map(list => list.join(' '))
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 }), (text, width, most) => {
      const rows = rowsOf(text, { width, most })
      expect(rows.length).toBeLessThanOrEqual(most)
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(width)
      expect(rowsOf(text, { width, most: 10_000 }).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})

test('of a long message the beginning and the reason at its end stay', () => {
  const text = `failed to set up ${'x'.repeat(300)}: no such file`
  expect(shortened(text, 80)).toHaveLength(80)
  expect(shortened(text, 80)).toMatch(/^failed to set up x+…x+: no such file$/)
  expect(shortened('short', 1)).toBe('short')
})
