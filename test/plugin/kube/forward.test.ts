import { once } from 'node:events'
import { Agent, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import { afterEach, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { forwardPort } from '../../../plugin/kube/forward.ts'
import { type ScriptedApi, startApi } from '../../support/scripted-api.ts'

let api: ScriptedApi | undefined
const stop = new AbortController()
afterEach(async () => {
  await api?.close()
  api = undefined
})

const port = 1234
const portBytes = Buffer.from([port & 255, port >> 8])
const message = (channel: number, data: string | Buffer) => Buffer.concat([Buffer.from([channel]), Buffer.from(data)])

/** A kubelet's end: sends the ports of both channels as the real one does, then does what the test says. */
async function kubelet(behave: (socket: WebSocket) => void): Promise<void> {
  api = await startApi((_seen, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ server: api.server, handleProtocols: protocols => [...protocols][0] ?? false })
  sockets.on('connection', socket => {
    socket.send(message(0, portBytes))
    socket.send(message(1, portBytes))
    behave(socket)
  })
}

const open = (signal = stop.signal): Promise<Duplex> => {
  const agent = new Agent()
  const authorize = async () => ({ headers: { authorization: 'Bearer t' }, agent })
  const endpoint = { server: new URL(api?.url ?? ''), authorize }
  return forwardPort(endpoint, { namespace: 'n', pod: 'p', port, signal, timeoutMs: 2_000 })
}

async function read(stream: Duplex, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= bytes) break
  }
  return Buffer.concat(chunks)
}

test('bytes go there and back on the data channel, without the port', async () => {
  await kubelet(socket => socket.on('message', data => socket.send(data)))
  const stream = await open()
  stream.write('hello')
  expect(String(await read(stream, 5))).toBe('hello')
  stream.destroy()
})

test('the request names port and protocol, and carries the credentials', async () => {
  await kubelet(() => undefined)
  let request: IncomingMessage | undefined
  api?.server.on('upgrade', upgrade => {
    request = upgrade
  })
  const stream = await open()
  expect(request).toMatchObject({
    url: '/api/v1/namespaces/n/pods/p/portforward?ports=1234',
    headers: { authorization: 'Bearer t', 'sec-websocket-protocol': 'v4.channel.k8s.io' },
  })
  stream.destroy()
})

test('what the error channel says destroys the stream', async () => {
  await kubelet(socket => socket.send(message(1, 'connection refused')))
  const stream = await open()
  await expect(read(stream, 1)).rejects.toThrow('port 1234 of pod n/p: connection refused')
})

test('an error that comes before anybody reads ends no process and is kept', async () => {
  await kubelet(socket => socket.send(message(1, 'connection refused')))
  const stream = await open()
  await expect(finished(stream)).rejects.toThrow('connection refused')
  expect(stream.errored?.message).toContain('connection refused')
})

test('the end of the connection is the end of the stream', async () => {
  await kubelet(socket => {
    socket.send(message(0, 'tail'))
    socket.close()
  })
  expect(String(await read(await open(), 100))).toBe('tail')
})

test('a reader that does not read holds up the sender, and loses nothing', async () => {
  const total = 64 * 65_536
  await kubelet(socket => {
    for (let i = 0; i < 64; i += 1) socket.send(message(0, Buffer.alloc(65_536, i)))
  })
  const stream = await open()
  await once(stream, 'readable')
  expect(stream.readableLength).toBeLessThan(total / 4)
  const bytes = await read(stream, total)
  expect(bytes.length).toBe(total)
  expect(bytes.at(-1)).toBe(63)
  stream.destroy()
})

test('a refusal of the API server comes with its words', async () => {
  api = await startApi(() => undefined)
  const refusal = JSON.stringify({ kind: 'Status', message: 'pods "p" is forbidden', code: 403 })
  api.server.on('upgrade', (_request, socket) =>
    socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${refusal.length}\r\n\r\n${refusal}`),
  )
  await expect(open()).rejects.toMatchObject({ code: 'API_DENIED', message: 'port-forward: pods "p" is forbidden' })
})

test('an abort destroys the stream', async () => {
  await kubelet(() => undefined)
  const abort = new AbortController()
  const stream = await open(abort.signal)
  const closed = once(stream, 'close')
  abort.abort()
  await closed
  expect(stream.destroyed).toBe(true)
})
