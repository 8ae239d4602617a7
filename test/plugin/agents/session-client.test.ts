import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { readSession, type SessionOptions } from '../../../plugin/agents/session-client.ts'
import { limits } from '../../../shared/limits.ts'
import { encodeFrame, frameKinds } from '../../../shared/protocol/frame.ts'
import { encodeMessage } from '../../../shared/protocol/messages.ts'
import type { PartName } from '../../../shared/snapshot.ts'
import {
  type AgentScript,
  missingPart,
  type ScriptedAgent,
  startAgent,
  wellAgent,
} from '../../support/scripted-agent.ts'

let agent: ScriptedAgent | undefined
afterEach(() => {
  agent?.close()
  agent = undefined
})

const parts: readonly PartName[] = ['kernel', 'links']

async function read(script: AgentScript, options: Partial<SessionOptions> = {}) {
  agent = await startAgent('node1', script)
  const stop = new AbortController()
  const given = {
    token: 'secret',
    node: 'node1',
    parts,
    partMs: 1_000,
    signal: stop.signal,
    onWaiting: () => undefined,
  }
  return readSession(agent.dial(), { ...given, ...options })
}

/** The agent greets, hears what is asked, and then does what the test says. */
const asked =
  (then: AgentScript): AgentScript =>
  async (session, attempt) => {
    session.hello()
    await session.next()
    then(session, attempt)
  }

test('asked parts arrive, others were not asked for', async () => {
  const result = await read(wellAgent)
  expect(result.kernel).toEqual(missingPart)
  expect(result.bridges).toMatchObject({ reason: 'not-recorded' })
})

test('the agent is told the parts and their deadline, and gets what arrived acknowledged', async () => {
  const heard: unknown[] = []
  await read(async session => {
    session.hello()
    heard.push(await session.next())
    session.part('kernel', missingPart)
    session.end({})
    heard.push(await session.next())
    session.socket.close()
  })
  await vi.waitFor(() => expect(heard).toHaveLength(2))
  expect(heard).toEqual([
    { kind: frameKinds.collect, message: { parts, partMs: 1_000 } },
    { kind: frameKinds.ack, message: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  ])
})

test('a part that the agent did not send says so', async () => {
  const result = await read(
    asked(session => {
      session.part('kernel', missingPart)
      session.end()
    }),
  )
  expect(result.kernel).toEqual(missingPart)
  expect(result.links).toMatchObject({ reason: 'failed', detail: 'the agent did not send it' })
})

test('compressed parts and parts of many chunks arrive whole', async () => {
  const detail = 'x'.repeat(3 * limits.frameBytes)
  const result = await read(
    asked(session => {
      session.part('kernel', { ...missingPart, detail })
      session.part('links', { ...missingPart, detail }, gzipSync)
      session.end()
    }),
  )
  expect(result.kernel).toEqual({ ...missingPart, detail })
  expect(result.links).toEqual({ ...missingPart, detail })
})

test('a part that swells beyond the limit when it is unpacked is not kept', async () => {
  const result = await read(
    asked(session => {
      session.part('kernel', missingPart, () => gzipSync(Buffer.alloc(limits.partBytes + 1)))
      session.part('links', missingPart)
      session.end()
    }),
  )
  expect(result.kernel).toMatchObject({ reason: 'too-large' })
  expect(result.links).toEqual(missingPart)
})

test.each([
  ['no gzip', () => Buffer.from('no gzip')],
  ['no JSON', () => gzipSync('{')],
  ['no part', () => gzipSync('{"status":"fine"}')],
  ['a part of another shape', () => gzipSync('{"status":"ok","ms":1,"value":42}')],
])('%s is a malformed part and spoils no other', async (_name, body) => {
  const result = await read(
    asked(session => {
      session.part('kernel', missingPart, body)
      session.part('links', missingPart)
      session.end()
    }),
  )
  expect(result.kernel).toMatchObject({ reason: 'malformed' })
  expect(result.links).toEqual(missingPart)
})

test('what the agent still reads is passed on', async () => {
  const waiting: unknown[] = []
  await read(
    asked(session => {
      session.send(frameKinds.progress, encodeMessage({ waiting: ['links', '\u001b[31m'] }))
      session.end()
    }),
    { onWaiting: names => waiting.push(names) },
  )
  expect(waiting).toEqual([['links', '\uFFFD[31m']])
})

test.each<[string, string, AgentScript]>([
  ['another node answers', 'WRONG_NODE', session => session.hello({ node: 'node2' })],
  ['another protocol is spoken', 'PROTOCOL', session => session.hello({ protocol: 9 })],
  ['the first frame is no hello', 'FRAME_KIND', session => session.end()],
  ['a hello has the wrong shape', 'FRAME_JSON', session => session.hello({ node: 3 })],
  ['text is sent', 'FRAME_KIND', session => session.socket.send('hello')],
  ['a frame is too short', 'FRAME_SHORT', session => session.socket.send(Buffer.from([1]))],
  ['a frame has no known kind', 'FRAME_KIND', session => session.send(99 as never, Buffer.alloc(0))],
  [
    'a frame is left out',
    'FRAME_SEQUENCE',
    asked(({ socket }) =>
      socket.send(encodeFrame({ kind: frameKinds.progress, sequence: 7, payload: Buffer.alloc(0) })),
    ),
  ],
  ['a part comes that nobody asked for', 'CHUNK_PART', asked(session => session.part('bridges', missingPart))],
  [
    'a part comes twice',
    'CHUNK_PART',
    asked(session => {
      session.part('kernel', missingPart)
      session.part('kernel', missingPart)
    }),
  ],
  ['a chunk has no header', 'CHUNK_HEADER', asked(session => session.send(frameKinds.chunk, Buffer.from([9])))],
  ['the count is wrong', 'END_COUNT', asked(session => session.end({ frames: 3 }))],
  ['the hash is wrong', 'END_HASH', asked(session => session.end({ sha256: '0'.repeat(64) }))],
  [
    'the agent says that it failed',
    'FAILURE',
    asked(session => session.send(frameKinds.failure, encodeMessage({ code: 'INTERNAL', message: 'oh no' }))),
  ],
  ['the stream ends before the end', 'CUT', asked(session => session.socket.close())],
  ['the connection breaks', 'CUT', asked(session => session.socket.terminate())],
  ['the stream ends at once', 'CUT', session => session.socket.terminate()],
])('%s: %s', async (_name, code, script) => {
  await expect(read(script)).rejects.toMatchObject({ name: 'AgentError', code, partial: null })
})

test('parts that had arrived before a cut are kept with the error', async () => {
  const failure = read(
    asked(session => {
      session.part('kernel', missingPart)
      session.socket.close()
    }),
  )
  await expect(failure).rejects.toMatchObject({
    code: 'CUT',
    message: 'the stream ended while 1 parts were missing',
    partial: { kernel: missingPart, links: { reason: 'failed' } },
  })
})

test('an agent that falls silent is left when the time is over', async () => {
  const stop = new AbortController()
  const failure = read(
    asked(() => stop.abort()),
    { signal: stop.signal },
  )
  await expect(failure).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('kernel, links missing'),
  })
})

test('an agent that never answers the handshake is left when the time is over', async () => {
  agent = await startAgent('node1', wellAgent)
  agent.server.removeAllListeners('upgrade')
  const stop = new AbortController()
  agent.server.on('upgrade', () => stop.abort())
  const given = { token: 'x', node: 'node1', parts, partMs: 1, signal: stop.signal, onWaiting: () => undefined }
  await expect(readSession(agent.dial(), given)).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test.each([
  [
    'HTTP/1.1 401 Unauthorized',
    '{"code":"UNAUTHORIZED","message":"wrong token"}',
    'TOKEN',
    'the agent refuses the token of this run: wrong token',
  ],
  [
    'HTTP/1.1 426 Upgrade Required',
    '{"code":"PROTOCOL_VERSION","message":"this agent speaks netcheck.v9 only"}',
    'PROTOCOL',
    'the agent does not speak netcheck.v1: this agent speaks netcheck.v9 only',
  ],
  ['HTTP/1.1 503 Service Unavailable', 'busy', 'PROTOCOL', 'the agent answers with status 503'],
  ['HTTP/1.1 200 OK', '', 'PROTOCOL', 'the agent answers with status 200'],
])('%s is a refusal', async (status, body, code, message) => {
  agent = await startAgent('node1', wellAgent)
  agent.server.removeAllListeners('upgrade')
  agent.server.on('upgrade', (_request, socket) =>
    socket.end(`${status}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
  )
  const stop = new AbortController()
  const given = { token: 'x', node: 'node1', parts, partMs: 1, signal: stop.signal, onWaiting: () => undefined }
  await expect(readSession(agent.dial(), given)).rejects.toMatchObject({ code, message })
})

test('something else on the port is told as such', async () => {
  agent = await startAgent('node1', wellAgent)
  agent.server.removeAllListeners('upgrade')
  agent.server.on('upgrade', (_request, socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  const stop = new AbortController()
  const given = { token: 'x', node: 'node1', parts, partMs: 1, signal: stop.signal, onWaiting: () => undefined }
  await expect(readSession(agent.dial(), given)).rejects.toMatchObject({ code: 'PROTOCOL' })
})

test('a stream that is already gone says why it went', async () => {
  agent = await startAgent('node1', wellAgent)
  const stream = agent.dial().on('error', () => undefined)
  stream.destroy(new Error('connection refused'))
  const stop = new AbortController()
  const given = { token: 'x', node: 'node1', parts, partMs: 1, signal: stop.signal, onWaiting: () => undefined }
  await expect(readSession(stream, given)).rejects.toMatchObject({
    code: 'CUT',
    message: expect.stringContaining('connection refused'),
  })
})
