import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { sendJson as ask, type Endpoint, openStream, send } from '../../../plugin/kube/transport.ts'
import { type Answer, type ScriptedApi, sendJson, startApi, statusObject } from '../../support/scripted-api.ts'

let api: ScriptedApi | undefined
afterEach(async () => {
  await api?.close()
  api = undefined
})

const patience = { timeoutMs: 2_000 }
const get = { method: 'GET', path: '/api/v1/nodes' } as const

async function endpointTo(answer: Answer): Promise<Endpoint> {
  api = await startApi(answer)
  return endpoint(api.url)
}

const endpoint = (url: string, agent = new Agent({ keepAlive: true })): Endpoint => ({
  server: new URL(url),
  authorize: async () => ({ headers: { authorization: 'Bearer t' }, agent }),
})

test('a request carries the credentials and brings JSON back', async () => {
  const server = await endpointTo((_seen, response) => sendJson(response, { a: 1 }))
  expect(await ask(server, { ...get, body: { b: 2 } }, patience)).toEqual({ a: 1 })
  expect(api?.requests[0]).toMatchObject({
    path: '/api/v1/nodes',
    body: '{"b":2}',
    headers: { authorization: 'Bearer t' },
  })
})

test('the path of the server comes before that of the API', async () => {
  await endpointTo((_seen, response) => sendJson(response, {}))
  await ask(endpoint(`${api?.url}/k8s/clusters/c-1/`), get, patience)
  expect(api?.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/nodes')
})

test('a compressed answer is read', async () => {
  const server = await endpointTo((_seen, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')),
  )
  expect(await ask(server, get, patience)).toEqual({ a: 1 })
})

test('an answer beyond the limit is refused, compressed or not', async () => {
  const server = await endpointTo((seen, response) =>
    seen.path === '/gzip'
      ? response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(2_000)))
      : response.end('x'.repeat(2_000)),
  )
  for (const path of ['/gzip', '/plain']) {
    await expect(send(server, { method: 'GET', path, maxBytes: 1_000 }, patience)).rejects.toMatchObject({
      status: 413,
    })
  }
})

test.each([
  [401, 'Unauthorized', 'API_DENIED', /log in again/],
  [403, 'nodes is forbidden: User "u" cannot list resource "nodes"', 'API_DENIED', /user-rbac/],
  [403, 'nodes is forbidden: User "system:anonymous" cannot list', 'API_DENIED', /no credentials/],
  [500, 'etcdserver: request timed out', 'API_STATUS', /trouble/],
  [429, 'too many requests', 'API_STATUS', /overloaded/],
  [403, 'admission webhook "p.example" denied the request: no', 'ADMISSION', /administrator/],
  [403, 'pods "x" is forbidden: violates PodSecurity "restricted:latest": hostPath', 'ADMISSION', /administrator/],
])('status %i with %j becomes one sentence and a hint', async (status, message, code, hint) => {
  const server = await endpointTo((_seen, response) => sendJson(response, statusObject(status, message), status))
  const failure = await send(server, get, patience).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code, status, hint: expect.stringMatching(hint) })
  expect(failure).toMatchObject({ message: code === 'ADMISSION' ? message : `GET /api/v1/nodes: ${message}` })
})

test('a log-in page is named as such, with status 200 as with 302', async () => {
  const page = '<!doctype html><html><body>Please <b>log</b> in</body></html>'
  const server = await endpointTo((_seen, response, count) => response.writeHead(count === 1 ? 200 : 302).end(page))
  const text = `${api?.url} answered GET /api/v1/nodes with a web page`
  await expect(ask(server, get, patience)).rejects.toThrow(`${text} (status 200: Please log in)`)
  await expect(ask(server, get, patience)).rejects.toThrow(`${text} (status 302`)
})

test('a server that does not answer is given up after the deadline', async () => {
  const server = await endpointTo(() => undefined)
  await expect(send(server, get, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
  await expect(openStream(server, get, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('a server that stops in the middle of its answer is given up too', async () => {
  const server = await endpointTo((_seen, response) => response.writeHead(200).write('{"a":'))
  await expect(send(server, get, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('an answer that breaks off is a failure and no short answer', async () => {
  const server = await endpointTo((_seen, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{}')
    setImmediate(() => response.destroy())
  })
  await expect(send(server, get, patience)).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
})

test('nobody listening is told with the address', async () => {
  const server = await endpointTo(() => undefined)
  await api?.close()
  await expect(send(server, get, patience)).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    message: expect.stringMatching(/^no connection to http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/),
  })
})

test('a name without address is told as such', async () => {
  const server = endpoint('http://no-such-host.invalid')
  await expect(send(server, get, patience)).rejects.toThrow('no address is known for http://no-such-host.invalid')
})

test('an unknown certificate is told as such', async () => {
  api = await startApi((_seen, response) => sendJson(response, {}), { tls: true })
  const failure = await send(endpoint(api.url, new TlsAgent()), get, patience).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'API_UNREACHABLE', message: expect.stringMatching(/^TLS failed with/) })
})

test('TLS to a plain server is told as such', async () => {
  await endpointTo((_seen, response) => sendJson(response, {}))
  const url = `https://127.0.0.1:${api?.port}`
  await expect(send(endpoint(url, new TlsAgent()), get, patience)).rejects.toThrow(`no TLS is spoken by ${url}`)
})

test('an abort from outside ends a request', async () => {
  const server = await endpointTo(() => undefined)
  const stop = new AbortController()
  const failure = send(server, get, { timeoutMs: 5_000, signal: stop.signal })
  stop.abort()
  await expect(failure).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
})
