import { expect, test } from 'vitest'
import { limits } from '../../shared/limits.ts'
import { encodeFrame, frameKinds, headerBytes } from '../../shared/protocol/frame.ts'
import { version } from '../../shared/version.ts'
import { type AgentClient, collectFrom, connectAgent } from '../support/agent-client.ts'
import { startAgent } from '../support/agent-process.ts'
import { hostRoot } from '../support/temporary-folder.ts'

async function connect(files: Record<string, string> = {}) {
  const agent = await startAgent(await hostRoot(files))
  return { agent, client: await connectAgent(agent) }
}

/** A client of which the agent expects `collect`. */
async function greeted() {
  const { agent, client } = await connect()
  await client.nextOf(frameKinds.hello)
  return { agent, client }
}

/** How the agent ends the session: its failure and the close code. */
async function rejection(client: AgentClient) {
  const failure = await client.nextOf(frameKinds.failure)
  return { ...Object(failure), closeCode: await client.closed }
}

test('it says who it is, sends all asked parts with their sums, and closes after the acknowledgement', async () => {
  const { client } = await connect()
  const { hello, parts, closeCode } = await collectFrom(client, ['kernel', 'resolvConf', 'kernel'])
  expect(hello).toEqual({
    agent: version,
    protocol: 1,
    node: 'n1',
    bootId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    now: expect.any(Number),
  })
  expect(Object.keys(parts).sort()).toEqual(['kernel', 'resolvConf'])
  expect(parts.resolvConf).toMatchObject({ ms: expect.any(Number) })
  expect(closeCode).toBe(1000)
})

test.each(['nosuchpart', 'constructor', 'toString'])('an unknown part such as %s is unsupported', async name => {
  const { client } = await connect()
  const { parts } = await collectFrom(client, [name])
  expect(parts).toEqual({ [name]: { status: 'unavailable', reason: 'unsupported', detail: expect.any(String), ms: 0 } })
})

test('nothing asked is nothing sent', async () => {
  const { client } = await connect()
  expect(await collectFrom(client, [])).toMatchObject({ parts: {}, closeCode: 1000 })
})

const garbage: readonly (readonly [string, Uint8Array | string, string])[] = [
  ['fewer bytes than a header', Uint8Array.of(2, 0, 0), 'FRAME_SHORT'],
  ['an unknown kind', encodeFrame({ kind: 99 as 1, sequence: 0, payload: new Uint8Array() }), 'FRAME_KIND'],
  [
    'a kind of the other side',
    encodeFrame({ kind: frameKinds.hello, sequence: 0, payload: new Uint8Array() }),
    'FRAME_KIND',
  ],
  [
    'a frame that is not due',
    encodeFrame({ kind: frameKinds.ack, sequence: 0, payload: new Uint8Array() }),
    'FRAME_KIND',
  ],
  ['another length than announced', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 9, 1), 'FRAME_LENGTH'],
  [
    'a gap in the sequence',
    encodeFrame({ kind: frameKinds.collect, sequence: 1, payload: new Uint8Array() }),
    'FRAME_SEQUENCE',
  ],
  ['no JSON', encodeFrame({ kind: frameKinds.collect, sequence: 0, payload: Uint8Array.of(0xff) }), 'FRAME_JSON'],
  ['text', 'collect', 'FRAME_KIND'],
]

test.each(garbage)('%s is a violation with its code', async (_, bytes, code) => {
  const { client } = await greeted()
  client.ws.send(bytes)
  expect(await rejection(client)).toEqual({ code, message: expect.any(String), closeCode: 1002 })
})

test.each([
  ['no parts', { partMs: 10 }, 'FRAME_JSON'],
  ['no deadline', { parts: [] }, 'FRAME_JSON'],
  ['a deadline of an hour', { parts: [], partMs: 3_600_000 }, 'FRAME_JSON'],
  ['more parts than there can be', { parts: Array.from({ length: 257 }, () => 'a'), partMs: 10 }, 'FRAME_JSON'],
  ['a name that is none', { parts: ['../etc'], partMs: 10 }, 'CHUNK_PART'],
])('asking with %s is a violation', async (_, message, code) => {
  const { client } = await greeted()
  client.send(frameKinds.collect, message)
  expect(await rejection(client)).toMatchObject({ code, closeCode: 1002 })
})

test('a second request in one session is a violation', async () => {
  const { client } = await greeted()
  client.send(frameKinds.collect, { parts: [], partMs: 10 })
  client.send(frameKinds.collect, { parts: [], partMs: 10 })
  expect(await rejection(client)).toMatchObject({ code: 'FRAME_KIND', closeCode: 1002 })
})

test('a frame beyond the limit is cut off', async () => {
  const { agent, client } = await greeted()
  client.ws.send(new Uint8Array(headerBytes + limits.frameBytes + 1))
  expect(await client.closed).toBe(1009)
  await connectAgent(agent)
})

test('acknowledging something else is a violation', async () => {
  const { client } = await greeted()
  client.send(frameKinds.collect, { parts: ['kernel'], partMs: 1_000 })
  await client.nextOf(frameKinds.end)
  client.send(frameKinds.ack, { sha256: '0'.repeat(64) })
  expect(await rejection(client)).toMatchObject({ code: 'END_HASH', closeCode: 1002 })
})

test('a client that cuts the connection leaves room for the next', async () => {
  const { agent, client } = await greeted()
  client.send(frameKinds.collect, { parts: ['conntrack', 'kernel'], partMs: 5_000 })
  client.ws.terminate()
  const other = await connectAgent(agent)
  expect((await collectFrom(other, ['kernel'])).closeCode).toBe(1000)
  await connectAgent(agent)
})

test('clients that come and go at any moment do not harm the agent', async () => {
  const { agent, client } = await connect()
  for (let round = 0; round < 30; round += 1) {
    const visitor = await connectAgent(agent)
    if (round % 3 === 0) visitor.send(frameKinds.collect, { parts: ['kernel'], partMs: 1_000 })
    if (round % 2 === 0) visitor.ws.terminate()
    else visitor.ws.close()
    await visitor.closed
  }
  expect((await collectFrom(client, ['kernel'])).closeCode).toBe(1000)
})
