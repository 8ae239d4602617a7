import { getEventListeners } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import * as z from 'zod/mini'
import { startServer } from '../../agent/server.ts'
import type { Definitions } from '../../agent/session/collection.ts'
import { type SessionTimes, sessionTimes } from '../../agent/session/times.ts'
import type { Host } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { definePart } from '../../shared/part.ts'
import { frameKinds } from '../../shared/protocol/frame.ts'
import { ok, type Reading, unavailable } from '../../shared/reading.ts'
import { collectFrom, connectAgent } from '../support/agent-client.ts'

const unread = async () => unavailable('missing', 'nothing is here')
const host: Host = { read: unread, list: unread, stat: unread, run: unread, cri: unread, http: unread, pods: unread }

const part = (collect: () => Promise<Reading<unknown>>) => definePart({ schema: z.unknown(), collect })
const never = () => new Promise<never>(() => {})

/** An agent in this process whose parts and times are the test's. */
async function connect(definitions: Definitions, times: Partial<SessionTimes> = {}) {
  const token = 't'.repeat(64)
  const counts: number[] = []
  const setup = {
    node: 'n1',
    token,
    openHost: () => host,
    definitions,
    onSessions: (count: number) => void counts.push(count),
  }
  const { port, close } = await startServer({ ...setup, times: { ...sessionTimes, ...times } })
  onTestFinished(close)
  return { counts, client: await connectAgent({ port, token }) }
}

test('a part that hangs, one that crashes and one that is huge break no other', async () => {
  const { client } = await connect({
    hangs: part(never),
    crashes: part(() => Promise.reject(new Error('a bug'))),
    huge: part(async () => ok('x'.repeat(limits.partBytes))),
    odd: part(async () => ok(1n)),
    fine: part(async () => ok({ answer: 42 })),
  })
  const { parts, order, closeCode } = await collectFrom(client, ['hangs', 'crashes', 'huge', 'odd', 'fine'], 300)
  expect(parts).toEqual({
    hangs: { status: 'unavailable', reason: 'timeout', detail: expect.any(String), ms: expect.any(Number) },
    crashes: {
      status: 'unavailable',
      reason: 'failed',
      detail: expect.stringContaining('a bug'),
      ms: expect.any(Number),
    },
    huge: { status: 'unavailable', reason: 'too-large', detail: expect.any(String), ms: expect.any(Number) },
    odd: { status: 'unavailable', reason: 'failed', detail: expect.stringContaining('BigInt'), ms: expect.any(Number) },
    fine: { status: 'ok', value: { answer: 42 }, ms: expect.any(Number) },
  })
  expect(order.at(-1)).toBe('hangs')
  expect(closeCode).toBe(1000)
})

test('a part arrives as soon as it is there, not when the slowest is', async () => {
  const { client } = await connect({ hangs: part(never), fine: part(async () => ok(1)) })
  await client.nextOf(frameKinds.hello)
  client.send(frameKinds.collect, { parts: ['hangs', 'fine'], partMs: 60_000 })
  expect((await client.next()).kind).toBe(frameKinds.chunk)
})

test('as many parts as exist wait side by side', async () => {
  const names = Array.from({ length: 31 }, (_, index) => `hangs${index}`)
  const hanging = Object.fromEntries(names.map(name => [name, part(never)]))
  const { client } = await connect({ ...hanging, fine: part(async () => ok(1)) })
  const { order } = await collectFrom(client, [...names, 'fine'], 100)
  expect(order[0]).toBe('fine')
})

test('while parts are missing their names are told', async () => {
  const { client } = await connect({ hangs: part(never), fine: part(async () => ok(1)) }, { progressMs: 20 })
  const { progress } = await collectFrom(client, ['hangs', 'fine'], 200)
  expect(progress.at(-1)).toEqual({ waiting: ['hangs'] })
})

test('a large part comes in several chunks, compressed', async () => {
  const value = Array.from({ length: 60_000 }, (_, index) => ({ index, random: Math.sin(index) }))
  const { client } = await connect({ large: part(async () => ok(value)), small: part(async () => ok(1)) })
  const { parts } = await collectFrom(client, ['large', 'small'])
  expect(parts.large).toMatchObject({ status: 'ok', value })
})

test('a client that never asks is told and left', async () => {
  const { client } = await connect({}, { collectMs: 50 })
  expect(await client.nextOf(frameKinds.failure)).toMatchObject({ code: 'TIMEOUT' })
  expect(await client.closed).toBe(1002)
})

test('a client that never acknowledges is told and left', async () => {
  const { client } = await connect({}, { ackMs: 50 })
  await client.nextOf(frameKinds.hello)
  client.send(frameKinds.collect, { parts: [], partMs: 10 })
  expect(await client.nextOf(frameKinds.failure)).toMatchObject({ code: 'TIMEOUT' })
  expect(await client.closed).toBe(1002)
})

test('a client that does not read is left after the session deadline', async () => {
  const filler = part(async () => ok(Array.from({ length: 400_000 }, () => Math.random())))
  const { client, counts } = await connect({ filler, more: filler }, { sendMs: 300 })
  await client.nextOf(frameKinds.hello)
  client.send(frameKinds.collect, { parts: ['filler', 'more'], partMs: 1_000 })
  client.ws.pause()
  await expect.poll(() => counts, { timeout: 15_000 }).toEqual([1, 0])
})

test('a dead client is cut off', async () => {
  const { client, counts } = await connect({ hangs: part(never) }, { pingMs: 50 })
  await client.nextOf(frameKinds.hello)
  client.ws.pause()
  await expect.poll(() => counts).toEqual([1, 0])
})

test('a session leaves no timer and no listener behind', async () => {
  const { client, counts } = await connect({ fine: part(async () => ok(1)) })
  const before = process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
  await collectFrom(client, ['fine'])
  await expect.poll(() => counts).toEqual([1, 0])
  const after = process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
  expect(after).toBeLessThanOrEqual(before)
  expect(getEventListeners(process, 'SIGTERM')).toEqual([])
})
