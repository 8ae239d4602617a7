import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { generate } from 'selfsigned'
import { expect, onTestFinished, test } from 'vitest'
import { askApiServer, fetchText } from '../../../agent/host/http.ts'
import { ok, unavailable } from '../../../shared/reading.ts'

const bounds = { timeoutMs: 30_000, mostBytes: 100 }
const short = { ...bounds, timeoutMs: 300 }

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`
}

test('status and body are handed over, whatever the status', async () => {
  const url = await serve((_, response) => response.writeHead(503).end('not ready'))
  expect(await fetchText(url, bounds)).toEqual({ status: 'ok', value: { url, status: 503, body: 'not ready' } })
})

test('a redirection is an answer and not followed', async () => {
  const url = await serve((_, response) => response.writeHead(302, { location: 'http://192.0.2.1/' }).end())
  expect(await fetchText(url, bounds)).toMatchObject({ value: { status: 302 } })
})

test('that nobody listens is missing', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  expect(await fetchText(`http://127.0.0.1:${port}/`, bounds)).toEqual({
    status: 'unavailable',
    reason: 'missing',
    detail: `nothing listens on http://127.0.0.1:${port}/`,
  })
})

test('no answer, or half of one, is a timeout', async () => {
  const silent = await serve(() => {})
  const half = await serve((_, response) => void response.write('half'))
  expect(await fetchText(silent, short)).toMatchObject({ reason: 'timeout' })
  expect(await fetchText(half, short)).toMatchObject({ reason: 'timeout' })
})

test('an endless answer is too large', async () => {
  const url = await serve((_, response) => {
    const timer = setInterval(() => response.write('x'.repeat(80)), 1)
    response.on('close', () => clearInterval(timer))
  })
  expect(await fetchText(url, bounds)).toMatchObject({ reason: 'too-large' })
})

test('something else than HTTP has failed', async () => {
  const server = createTcpServer(socket => socket.end('SSH-2.0\r\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  expect(await fetchText(`http://127.0.0.1:${port}/`, bounds)).toMatchObject({ reason: 'failed' })
})

test('an API server is asked behind its path, without credentials, whatever its certificate', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'nobody' }], { keySize: 2048 })
  const asked: string[] = []
  const server = createSecureServer({ key, cert }, ({ url = '', headers }, response) => {
    asked.push(`${url} ${headers.authorization ?? 'nobody'}`)
    response.writeHead(401).end('{"code":401}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `https://${place}/k8s/c/livez`
  expect(await askApiServer(ok(`https://me:secret@${place}/k8s/c/?x=y`))).toEqual(
    ok({ url, status: 401, body: '{"code":401}' }),
  )
  expect(asked).toEqual(['/k8s/c/livez nobody'])
})

test('an address of an API server that is none, or not known, is a reason', async () => {
  const unknown = unavailable('unsupported', 'nobody knows')
  expect(await askApiServer(unknown)).toBe(unknown)
  expect(await askApiServer(ok('https://[1'))).toMatchObject({ reason: 'failed' })
})
