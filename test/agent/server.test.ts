import { request } from 'node:http'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { frameKinds } from '../../shared/protocol/frame.ts'
import { connectAgent, refusalOf } from '../support/agent-client.ts'
import { startAgent } from '../support/agent-process.ts'
import { hostRoot } from '../support/temporary-folder.ts'

const agent = async () => startAgent(await hostRoot())

const answer = (port: number, options: { method?: string; headers?: Record<string, string> } = {}) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    request({ port, host: '127.0.0.1', ...options }, response =>
      resolve(text(response).then(body => ({ status: response.statusCode, body }))),
    )
      .on('error', reject)
      .end()
  })

test.each([
  ['no token', undefined],
  ['another token', 'b'.repeat(64)],
  ['a part of the token', 'a'.repeat(63)],
])('%s is refused with 401', async (_, token) => {
  const { port } = await agent()
  expect(await refusalOf({ port, token })).toEqual({
    status: 401,
    body: { code: 'UNAUTHORIZED', message: expect.any(String) },
  })
})

test('without the token nothing is told of versions', async () => {
  const { port } = await agent()
  expect((await refusalOf({ port, protocol: 'netcheck.v99' })).status).toBe(401)
})

test.each([
  ['another protocol', 'netcheck.v99'],
  ['no protocol', ''],
])('%s is refused with 426 and the own version', async (_, protocol) => {
  const { port, token } = await agent()
  expect(await refusalOf({ port, token, protocol })).toEqual({
    status: 426,
    body: { code: 'PROTOCOL_VERSION', message: expect.stringContaining('netcheck.v1'), protocol: 1 },
  })
})

test.each(['GET', 'POST', 'DELETE'])('a plain %s is answered with 404', async method => {
  const { port, token } = await agent()
  const { status, body } = await answer(port, { method, headers: { authorization: `Bearer ${token}` } })
  expect(status).toBe(404)
  expect(JSON.parse(body)).toMatchObject({ code: 'NOT_FOUND' })
})

test('headers beyond the limit are refused', async () => {
  const { port } = await agent()
  expect((await answer(port, { headers: { authorization: 'x'.repeat(20_000) } })).status).toBe(431)
})

test('a third session is refused, and admitted once one has ended', async () => {
  const { port, token } = await agent()
  const first = await connectAgent({ port, token })
  await connectAgent({ port, token })
  expect(await refusalOf({ port, token })).toMatchObject({ status: 503, body: { code: 'BUSY' } })
  first.ws.close()
  await first.closed
  const third = await connectAgent({ port, token })
  expect(await third.nextOf(frameKinds.hello)).toMatchObject({ node: 'n1' })
})

test('garbage on the socket neither ends the agent nor keeps the connection', async () => {
  const { port, token } = await agent()
  const socket = createConnection(port, '127.0.0.1')
  socket.end('\0\u0001\u0002 no HTTP\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /)
  await connectAgent({ port, token })
})

test('nothing listens but on the loopback', async () => {
  const { port } = await agent()
  const socket = createConnection(port, '127.0.0.2')
  const error = await new Promise<Error & { code?: string }>(resolve => socket.once('error', resolve))
  expect(error.code).toBe('ECONNREFUSED')
})
