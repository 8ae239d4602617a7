import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../shared/limits.ts'
import { decodeFrame, encodeFrame, frameKinds, headerBytes } from '../../../shared/protocol/frame.ts'

const frame = fc.record({
  kind: fc.constantFrom(...Object.values(frameKinds)),
  sequence: fc.nat(0xffffffff),
  payload: fc.uint8Array({ maxLength: 300 }),
})

test('a frame is itself again, wherever its bytes lie', () => {
  fc.assert(
    fc.property(frame, fc.nat(20), (each, offset) => {
      const bytes = encodeFrame(each)
      const shifted = new Uint8Array([...new Uint8Array(offset), ...bytes]).subarray(offset)
      for (const given of [bytes, shifted]) {
        const { payload, ...rest } = decodeFrame(given)
        expect({ ...rest, payload: [...payload] }).toEqual({ ...each, payload: [...each.payload] })
      }
    }),
  )
})

test('the header is kind, sequence and length, big endian', () => {
  const bytes = encodeFrame({ kind: frameKinds.chunk, sequence: 0x01020304, payload: new Uint8Array([9]) })
  expect([...bytes]).toEqual([3, 1, 2, 3, 4, 0, 0, 0, 1, 9])
})

const violation = (code: string) => expect.objectContaining({ name: 'ProtocolViolation', code })

describe('violations', () => {
  const whole = encodeFrame({ kind: frameKinds.hello, sequence: 0, payload: new Uint8Array([1, 2, 3]) })

  test('FRAME_SHORT: fewer bytes than a header', () => {
    for (let length = 0; length < headerBytes; length++) {
      expect(() => decodeFrame(whole.subarray(0, length))).toThrow(violation('FRAME_SHORT'))
    }
  })

  test('FRAME_LONG: one byte more than a frame may have', () => {
    const largest = encodeFrame({ kind: frameKinds.chunk, sequence: 0, payload: new Uint8Array(limits.frameBytes) })
    expect(decodeFrame(largest).payload).toHaveLength(limits.frameBytes)
    expect(() => decodeFrame(new Uint8Array([...largest, 0]))).toThrow(violation('FRAME_LONG'))
  })

  test('FRAME_KIND: every number that is no kind', () => {
    const known: readonly number[] = Object.values(frameKinds)
    for (let kind = 0; kind < 256; kind++) {
      const bytes = new Uint8Array([kind, ...whole.subarray(1)])
      if (known.includes(kind)) expect(decodeFrame(bytes).kind).toBe(kind)
      else expect(() => decodeFrame(bytes)).toThrow(violation('FRAME_KIND'))
    }
  })

  test('FRAME_LENGTH: a lost tail, and bytes that were not announced', () => {
    for (let length = headerBytes; length < whole.length; length++) {
      expect(() => decodeFrame(whole.subarray(0, length))).toThrow(violation('FRAME_LENGTH'))
    }
    expect(() => decodeFrame(new Uint8Array([...whole, 0]))).toThrow(violation('FRAME_LENGTH'))
  })

  test('any bytes are a frame or a violation with a code of frames', () => {
    const codes = ['FRAME_SHORT', 'FRAME_LONG', 'FRAME_KIND', 'FRAME_LENGTH'].map(violation)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
        try {
          expect([...encodeFrame(decodeFrame(bytes))]).toEqual([...bytes])
        } catch (error) {
          expect(codes).toContainEqual(error)
        }
      }),
    )
  })
})
