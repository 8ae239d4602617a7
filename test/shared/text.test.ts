import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { counted, oneLine, printable, readText } from '../../shared/text.ts'
import { given } from '../support/collect.ts'
import { memoryHost } from '../support/memory-host.ts'

const any = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\u001b', '[', '3', '1', 'm', '\r', '\u009b', '\u202e', 'a', '\n', '\t') }),
)

describe('text for a terminal', () => {
  test('no escape sequence, no return and no change of direction comes through', () => {
    fc.assert(
      fc.property(any, text => {
        expect(printable(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
    )
    expect(printable('\u001b[31mred\u001b[0m \u202eevil')).toBe('\u{FFFD}[31mred\u{FFFD}[0m \u{FFFD}evil')
  })

  test('all other text stays as it is, and doing it twice changes nothing', () => {
    expect(printable('größe\t10.0.0.1\n節点')).toBe('größe\t10.0.0.1\n節点')
    fc.assert(fc.property(any, text => printable(printable(text)) === printable(text)))
  })

  test('one line is one line, and no longer than asked', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 50 }), (text, max) => {
        const line = oneLine(text, max)
        expect(line).not.toMatch(/[\n\t]/)
        expect(line.length).toBeLessThanOrEqual(max)
      }),
    )
    expect(oneLine('  a\n\tb  ')).toBe('a b')
    expect(oneLine('abcdef', 4)).toBe('abc…')
  })
})

test('one of something has no plural', () => {
  expect([0, 1, 2].map(n => counted(n, 'node'))).toEqual(['0 nodes', '1 node', '2 nodes'])
  expect([1n, 2n].map(n => counted(n, 'address', 'addresses'))).toEqual(['1 address', '2 addresses'])
})

test('bytes that are no UTF-8 are replaced, and a byte order mark stays to be seen', async () => {
  const host = memoryHost({
    files: { '/bad': new Uint8Array([0x61, 0xff, 0x62]), '/mark': new Uint8Array([0xef, 0xbb, 0xbf, 0x61]) },
  })
  expect(given(await readText(host, '/bad'))).toBe('a\u{FFFD}b')
  expect(given(await readText(host, '/mark'))).toBe('\u{FEFF}a')
})
