import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { generate } from 'selfsigned'

interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface ScriptedApi {
  readonly url: string
  readonly port: number
  /** Certificate to trust, PEM; empty without TLS. */
  readonly ca: string
  readonly requests: readonly Seen[]
  /** Connections that were opened so far. */
  readonly connections: () => number
  readonly server: Server
  close(): Promise<void>
}

export type Answer = (request: Seen, response: ServerResponse, count: number) => void

/** A server on the loopback that answers as the test says; over TLS with a certificate of its own if asked. */
export async function startApi(answer: Answer, { tls = false } = {}): Promise<ScriptedApi> {
  const requests: Seen[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void see(request).then(seen => {
      requests.push(seen)
      answer(seen, response, requests.length)
    })
  }
  const certificate = tls ? await selfSigned() : null
  const server = certificate ? createTlsServer({ ...certificate }, listener) : createServer(listener)
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket.on('close', () => sockets.delete(socket)))
    socket.on('error', () => undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    requests,
    server,
    connections: () => connections,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    ca: certificate?.cert ?? '',
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export const sendJson = (response: ServerResponse, value: unknown, status = 200): unknown =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))

export const statusObject = (code: number, message: string, reason = '') => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  message,
  reason,
})

async function see(request: IncomingMessage): Promise<Seen> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { method = '', headers, rawHeaders } = request
  return { method, path: pathname, query: searchParams, headers, rawHeaders, body }
}

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const names = ['localhost', 'api.cluster.test'].map(value => ({ type: 2 as const, value }))
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [...names, { type: 7, ip: '127.0.0.1' }] }],
  })
  return { key, cert }
}
