import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../shared/limits.ts'
import { chunksOf, decodeChunk, encodeChunk, isPartName } from '../../../shared/protocol/chunk.ts'

const part = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,63}$/)
const violation = (code: string) => expect.objectContaining({ name: 'ProtocolViolation', code })

test('a chunk is itself again', () => {
  const chunk = fc.record({ part, gzip: fc.boolean(), last: fc.boolean(), bytes: fc.uint8Array({ maxLength: 200 }) })
  fc.assert(
    fc.property(chunk, each => {
      const { bytes, ...rest } = decodeChunk(encodeChunk(each))
      expect({ ...rest, bytes: [...bytes] }).toEqual({ ...each, bytes: [...each.bytes] })
    }),
  )
})

test('a body of any length comes back from its chunks, each of which fits a frame, and only the last says so', () => {
  const edge = limits.frameBytes - 2 - 'links'.length
  const length = fc.oneof(fc.constantFrom(0, 1, edge - 1, edge, edge + 1, 2 * edge, 2 * edge + 1), fc.nat(3 * edge))
  fc.assert(
    fc.property(length, fc.boolean(), (size, gzip) => {
      const body = new Uint8Array(size).map((_, index) => index % 251)
      const chunks = [...chunksOf('links', body, gzip)]
      expect(chunks.every(chunk => encodeChunk(chunk).length <= limits.frameBytes && chunk.gzip === gzip)).toBe(true)
      expect(chunks.map(({ last }) => last)).toEqual([...chunks.slice(1).map(() => false), true])
      expect(Buffer.concat(chunks.map(({ bytes }) => bytes)).equals(body)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

describe('violations', () => {
  test('CHUNK_HEADER: too short, unknown flags, a name longer than the chunk', () => {
    for (const bytes of [[], [0], [4, 1, 97], [255, 1, 97], [0, 2, 97]]) {
      expect(() => decodeChunk(new Uint8Array(bytes))).toThrow(violation('CHUNK_HEADER'))
    }
  })

  test('CHUNK_PART: a name that no part can have', () => {
    for (const name of ['', 'Links', '1a', 'a-b', '../x', 'a'.repeat(65), '__proto__', 'é']) {
      expect(isPartName(name)).toBe(false)
      const bytes = encodeChunk({ part: name, gzip: false, last: true, bytes: new Uint8Array() })
      expect(() => decodeChunk(bytes)).toThrow(violation('CHUNK_PART'))
    }
  })

  test('any bytes are a chunk or a violation with a code of chunks', () => {
    const codes = ['CHUNK_HEADER', 'CHUNK_PART'].map(violation)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), bytes => {
        try {
          expect(isPartName(decodeChunk(bytes).part)).toBe(true)
        } catch (error) {
          expect(codes).toContainEqual(error)
        }
      }),
    )
  })
})
