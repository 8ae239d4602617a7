import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../shared/limits.ts'
import { decodeFilePiece, encodeFilePiece, isRecordedPath, piecesOf } from '../../../shared/protocol/file.ts'

const step = fc.stringMatching(/^[a-zA-Z0-9é#][a-zA-Z0-9._é#-]{0,30}$/)
const path = fc.array(step, { minLength: 1, maxLength: 6 }).map(steps => ['files', ...steps].join('/'))
const violation = (code: string) => expect.objectContaining({ name: 'ProtocolViolation', code })

test('a piece of a file is itself again', () => {
  const piece = fc.record({
    path,
    size: fc.nat(),
    gzip: fc.boolean(),
    last: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 200 }),
  })
  fc.assert(
    fc.property(piece, each => {
      const { bytes, ...rest } = decodeFilePiece(encodeFilePiece(each))
      expect({ ...rest, bytes: [...bytes] }).toEqual({ ...each, bytes: [...each.bytes] })
    }),
  )
})

test('a file of any length comes back from its pieces, each of which fits a frame, and only the last says so', () => {
  const edge = limits.frameBytes - 7 - 'files/x'.length
  const length = fc.oneof(fc.constantFrom(0, 1, edge - 1, edge, edge + 1, 2 * edge), fc.nat(3 * edge))
  fc.assert(
    fc.property(length, size => {
      const bytes = new Uint8Array(size).map((_, index) => index % 251)
      const pieces = [...piecesOf({ path: 'files/x', size, gzip: false, bytes })]
      expect(pieces.every(piece => encodeFilePiece(piece).length <= limits.frameBytes)).toBe(true)
      expect(pieces.map(({ last }) => last)).toEqual([...pieces.slice(1).map(() => false), true])
      expect(Buffer.concat(pieces.map(piece => piece.bytes)).equals(bytes)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

describe('violations', () => {
  test('FILE_HEADER: too short, unknown flags, a path longer than the piece', () => {
    for (const bytes of [[], [0, 0, 0, 0, 0, 0], [4, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1]]) {
      expect(() => decodeFilePiece(new Uint8Array(bytes))).toThrow(violation('FILE_HEADER'))
    }
  })

  test.each([
    ...['', '/', 'files', 'files/', 'x', '/etc/passwd', '../x', 'files/../../x', 'files/./x', 'files//x', 'files/x/'],
    ...['bundle.json', 'files/a\nb', 'files/a\u0000', 'files/a\u007f', `files/${'a'.repeat(3500)}`],
    ...[`files/${'a/'.repeat(60)}a`, 'files.json/x', 'report.txt'],
  ])('FILE_PATH: %j leads elsewhere or is too long', name => {
    expect(isRecordedPath(name)).toBe(false)
    const bytes = encodeFilePiece({ path: name, size: 0, gzip: false, last: true, bytes: new Uint8Array() })
    expect(() => decodeFilePiece(bytes)).toThrow(violation('FILE_PATH'))
  })

  test('FILE_PATH: bytes that are no UTF-8', () => {
    const bytes = encodeFilePiece({ path: 'files/x', size: 0, gzip: false, last: true, bytes: new Uint8Array() })
    bytes.set([0xff], bytes.length - 1)
    expect(() => decodeFilePiece(bytes)).toThrow(violation('FILE_PATH'))
  })
})

test.each([
  'files.json',
  'node.json',
  'files/etc/x#2',
  'files/run/dev-a\\x2db',
  'commands/dmesg.json',
  'netns/u/files/x',
])('%s can be recorded', name => expect(isRecordedPath(name)).toBe(true))
