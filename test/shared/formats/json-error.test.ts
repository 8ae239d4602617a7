import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonError } from '../../../shared/formats/json-error.ts'

const accepts = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Text that is nearly JSON: a valid one with one character removed, doubled or exchanged. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.nat(),
    fc.constantFrom('', ',', '}', ']', '"', '\\', ':', '0', ' ', '\n', 't', '-', '\u0000'),
  )
  .map(
    ([text, place, other]) =>
      text.slice(0, place % (text.length + 1)) + other + text.slice((place % (text.length + 1)) + 1),
  )

test('every valid JSON text has no error', () => {
  fc.assert(fc.property(fc.json(), text => findJsonError(text) === null))
})

test('exactly the texts that JSON.parse refuses have an error', () => {
  fc.assert(
    fc.property(
      fc.oneof(nearlyJson, fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]",:\\u01e-.+truefalsn ') })),
      text => {
        expect(findJsonError(text) === null).toBe(accepts(text))
      },
    ),
    { numRuns: 2000 },
  )
})

test('the place is inside of the text, or right behind it', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyJson, fc.string()), text => {
      const error = findJsonError(text)
      if (!error) return
      const line = text.split('\n')[error.line - 1]
      expect(line).toBeDefined()
      expect(error.column).toBeGreaterThanOrEqual(1)
      expect(error.column).toBeLessThanOrEqual((line ?? '').length + 1)
    }),
  )
})

test.each([
  ['{"a": 1,}', 1, 9, '"}" stands where a key in quotes belongs'],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'a string stands where "," or "}" belongs'],
  ['{\n  "a": [1, 2', 2, 13, 'the text ends where "," or "]" belongs'],
  ['// note\n{}', 1, 1, '"/" begins no value'],
  ['{"a": "x\ty"}', 1, 9, 'character U+0009 stands inside a string'],
  ['{} {}', 1, 4, '"{" stands where nothing more belongs'],
  ["{'a': 1}", 1, 2, `"'" begins no value`],
])('%j fails at line %i, column %i', (text, line, column, message) => {
  expect(findJsonError(text)).toEqual({ line, column, message })
})

test('half a million open brackets are no danger', () => {
  expect(findJsonError('['.repeat(500_000))).toMatchObject({ line: 1, column: 500_001 })
})
