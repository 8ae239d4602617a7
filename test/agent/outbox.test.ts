import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createOutbox } from '../../agent/session/outbox.ts'
import { chunksWithin, type PackedPart, pack } from '../../agent/session/pack.ts'
import { limits } from '../../shared/limits.ts'
import { ok } from '../../shared/reading.ts'

const body = randomBytes(limits.partBytes - 1)
const packed = (name: string): PackedPart => ({ name, body, gzip: false, ms: 7 })
const isReplaced = (part: PackedPart, taken: number) =>
  Buffer.concat([...chunksWithin(part, taken)].map(({ bytes }) => bytes)).includes('too-large')

/** The server's end of a connection to a client that takes everything. */
async function connection(): Promise<{ ws: WebSocket; received: () => number }> {
  const server = createServer()
  const webSockets = new WebSocketServer({ server })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(webSockets, 'connection')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => {
    client.terminate()
    server.close()
  })
  let bytes = 0
  client.on('message', (data: Buffer) => {
    bytes += data.length
  })
  const [ws] = await accepted
  return { ws, received: () => bytes }
}

test('parts that are sent side by side stay below the limit of a session together', async () => {
  const { ws, received } = await connection()
  const outbox = createOutbox(ws)
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(name => outbox.part(packed(name))))
  const { bytes, frames } = outbox.end()
  expect(bytes).toBeGreaterThan(3 * body.length)
  expect(bytes).toBeLessThanOrEqual(limits.sessionBytes)
  expect(frames).toBeGreaterThan(bytes / limits.frameBytes)
  await expect.poll(received).toBe(bytes + frames * 9)
})

test('a part that does not fit any more is replaced by a reason; one that fits is not', () => {
  expect(isReplaced(packed('a'), 0)).toBe(false)
  expect(isReplaced(packed('a'), limits.sessionBytes - body.length)).toBe(true)
  expect(isReplaced({ ...packed('a'), body: body.subarray(0, 10) }, limits.sessionBytes - limits.partBytes)).toBe(false)
})

test('only bodies that are worth it are compressed', async () => {
  const small = await pack('a', { ...ok('x'.repeat(1_000)), ms: 1 })
  const large = await pack('a', { ...ok('x'.repeat(100_000)), ms: 1 })
  expect([small.gzip, large.gzip]).toEqual([false, true])
  expect(large.body.length).toBeLessThan(1_000)
})
