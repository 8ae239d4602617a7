import * as fc from 'fast-check'

/** Inputs for parsers: mutated seeds, and sometimes random text. */
export function hostileTexts(seeds: readonly string[]): fc.Arbitrary<string> {
  const start = fc.constantFrom(...seeds, '')
  const mutated = fc
    .tuple(start, fc.array(edits, { maxLength: 6 }))
    .map(([text, changes]) => changes.reduce((changed, change) => change(changed), text))
  const stretched = fc.tuple(mutated, stretches).map(([text, stretch]) => stretch(text))
  return fc.oneof(
    { weight: 200, arbitrary: mutated },
    { weight: 10, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    { weight: 10, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 20, arbitrary: fc.array(words, { maxLength: 40 }).map(list => list.join(' ')) },
    { weight: 3, arbitrary: stretched },
  )
}

type Change = (text: string) => string

/** Pieces that often break parsers. */
const words = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '\n', '\r\n', '\t', '\0', '\u{FEFF}', '\u{2028}', '\u{D800}', '\u{1F600}', '"', "'", '\\', '\\"', '#'],
    ...[
      '[',
      ']',
      '{',
      '}',
      '[[',
      '{"',
      ':',
      ',',
      ';',
      '=',
      '!',
      '-',
      '--',
      '/',
      '%',
      '@',
      '(',
      ')',
      '&',
      '*',
      '|',
      '>',
    ],
    ...['null', 'true', '[]', '{}', '""', '[null]', '{"a":{}}', '"__proto__":{"a":1}', '__proto__', 'constructor'],
    ...['toString', 'hasOwnProperty', 'NaN', 'Infinity', '-0', '-1', '0', '0x', '1e999', '0x1p4', '1e-7'],
    ...['2147483648', '4294967296', '9007199254740993', '99999999999999999999', '000', 'ffffffffffffffff'],
    ...['0.0.0.0/0', '256.1.1.1', '::', '::ffff:1.2.3.4', 'fe80::1%eth0', '10.0.0.0/33', '1.2.3', '00:00:00:00:00:00'],
    ...['9999-99-99T99:99:99Z', '1970-01-01T00:00:00Z', 'Feb 30 25:61:61', '$(id)', '%s%n', '../../etc/passwd'],
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.integer().map(String),
)

const share = fc.integer({ min: 0, max: 0xffff })
const length = fc.oneof(fc.nat(3), fc.nat(20), fc.nat(400))
const at = (text: string, part: number): number => Math.floor((text.length * part) / 0x10000)
const splice = (text: string, { from, to, by }: { from: number; to: number; by: string }): string =>
  text.slice(0, from) + by + text.slice(to)

/** Replaces one match of a pattern. */
function exchange(text: string, { pattern, part, by }: { pattern: RegExp; part: number; by: string }): string {
  const pieces = [...text.matchAll(pattern)]
  const piece = pieces[Math.floor((pieces.length * part) / 0x10000)]
  return piece ? splice(text, { from: piece.index, to: piece.index + piece[0].length, by }) : text + by
}

const value = /"(?:[^"\\]|\\.)*"|-?\d[\w.]*|\b(?:true|false|null)\b|[[\]{}]/g
const word = /[^\s,:="]+/g

const edits: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(share, length, words).map(
    ([part, size, by]): Change =>
      text =>
        splice(text, { from: at(text, part), to: at(text, part) + size, by }),
  ),
  fc.tuple(share, words).map(
    ([part, by]): Change =>
      text =>
        splice(text, { from: at(text, part), to: at(text, part), by }),
  ),
  fc.tuple(share, words).map(
    ([part, by]): Change =>
      text =>
        exchange(text, { pattern: value, part, by }),
  ),
  fc.tuple(share, words).map(
    ([part, by]): Change =>
      text =>
        exchange(text, { pattern: word, part, by }),
  ),
  fc.tuple(share, fc.nat(0xffff)).map(
    ([part, code]): Change =>
      text =>
        splice(text, { from: at(text, part), to: at(text, part) + 1, by: String.fromCharCode(code & 0xff) }),
  ),
  fc.tuple(share, share).map(
    ([part, other]): Change =>
      text =>
        moveLine(text, part, other),
  ),
  share.map(
    (part): Change =>
      text =>
        text.slice(0, at(text, part)),
  ),
  share.map(
    (part): Change =>
      text =>
        text.slice(at(text, part)),
  ),
)

function moveLine(text: string, part: number, other: number): string {
  const lines = text.split('\n')
  const [line = ''] = lines.slice(Math.floor((lines.length * part) / 0x10000))
  const to = Math.floor((lines.length * other) / 0x10000)
  return [...lines.slice(0, to), line, ...lines.slice(to)].join('\n')
}

/** Makes a text long, to detect superlinear time. */
const stretches: fc.Arbitrary<Change> = fc
  .tuple(share, fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 200 })), fc.nat(0x10000))
  .map(
    ([part, size, most]): Change =>
      text => {
        const from = at(text, part)
        const piece = text.slice(from, from + size)
        return splice(text, { from, to: from, by: piece.repeat(Math.floor(most / Math.max(1, piece.length))) })
      },
  )
