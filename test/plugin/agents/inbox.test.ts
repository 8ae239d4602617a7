import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { Inbox } from '../../../plugin/agents/inbox.ts'
import { limits } from '../../../shared/limits.ts'
import { definePart } from '../../../shared/part.ts'
import { chunksOf, encodeChunk } from '../../../shared/protocol/chunk.ts'
import { ok } from '../../../shared/reading.ts'

const anything = definePart({ schema: z.unknown(), collect: async () => ok(null) })

const packed = (name: string, value: unknown, gzip = false): Uint8Array[] => {
  const body = new TextEncoder().encode(JSON.stringify({ status: 'ok', value, ms: 1 }))
  return [...chunksOf(name, gzip ? gzipSync(body) : body, gzip)].map(encodeChunk)
}

test('parts come out as they went in, however their chunks are mixed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue(),
      fc.jsonValue(),
      fc.boolean(),
      fc.infiniteStream(fc.boolean()),
      async (one, two, gzip, coins) => {
        const inbox = new Inbox(['one', 'two'])
        const queues = [packed('one', one, gzip), packed('two', two, !gzip)] as const
        const hash = createHash('sha256')
        let frames = 0
        let bytes = 0
        for (const coin of coins) {
          const payload: Uint8Array | undefined = queues[coin ? 0 : 1].shift() ?? queues[coin ? 1 : 0].shift()
          if (!payload) break
          inbox.accept(payload)
          hash.update(payload)
          frames += 1
          bytes += payload.length
        }
        const sha256 = hash.digest('hex')
        expect(inbox.finish({ frames, bytes, sha256 })).toBe(sha256)
        expect(await inbox.open('one', anything)).toEqual({
          status: 'ok',
          value: JSON.parse(JSON.stringify(one)),
          ms: 1,
        })
        expect(await inbox.open('two', anything)).toEqual({
          status: 'ok',
          value: JSON.parse(JSON.stringify(two)),
          ms: 1,
        })
      },
    ),
    { numRuns: 50 },
  )
})

test('arbitrary bytes are taken or refused with a code, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      try {
        new Inbox(['one']).accept(bytes)
      } catch (error) {
        expect(error).toMatchObject({ name: 'ProtocolViolation', code: expect.stringMatching(/^CHUNK_/) })
      }
    }),
  )
})

test('an agent that sends without end is stopped', () => {
  const inbox = new Inbox(['one'])
  const payload = encodeChunk({ part: 'one', gzip: false, last: false, bytes: new Uint8Array(limits.frameBytes - 5) })
  const send = () => {
    for (let sent = 0; sent <= limits.sessionBytes; sent += payload.length) inbox.accept(payload)
  }
  expect(send).toThrow(expect.objectContaining({ code: 'SESSION_BYTES' }))
})
