import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { ApiFailure } from './api-error.ts'
import { authenticate } from './authentication.ts'
import { authorize, reviewAccess } from './authorization.ts'
import type { Certificates } from './certificates.ts'
import { discover } from './discovery.ts'
import { applyFault } from './fault-reply.ts'
import { type Backend, handle, podKubelet } from './handler.ts'
import { describeApi } from './openapi.ts'
import { forwardPort } from './port-forward.ts'
import { failureReply, json, type Reply, sendReply } from './reply.ts'
import { type ApiRequest, readBody, readPath, verbOf } from './request.ts'

export interface ApiServer {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string
  stop(): Promise<void>
}

export interface ApiServerOptions extends Backend {
  readonly certificates: Certificates
  /** Users by their bearer token. */
  readonly tokens: ReadonlyMap<string, string>
}

/** Serves the API on a free port of the loopback address. */
export async function startServer(options: ApiServerOptions): Promise<ApiServer> {
  const { authority, server: identity } = options.certificates
  const server = createServer({
    cert: identity.certificate,
    key: identity.key,
    ca: authority,
    requestCert: true,
    rejectUnauthorized: false,
  })
  server.on('request', (request, response) => void respond(options, request, response))
  server.on('upgrade', (request, socket, head) => void upgrade(options, { request, socket, head }))
  const port = await listen(server)
  return {
    url: `https://127.0.0.1:${port}`,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    // A listening TCP server has an address with a port.
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

async function respond(options: ApiServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => response.destroy())
  const acceptsGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  try {
    const reply = await answer(options, request, response)
    if (reply) sendReply(response, reply, acceptsGzip)
  } catch (error) {
    if (error instanceof ApiFailure && error.details?.retryAfterSeconds !== undefined)
      response.setHeader('retry-after', String(error.details.retryAfterSeconds))
    if (!response.headersSent) sendReply(response, failureReply(error), acceptsGzip)
  }
}

/** The response to a request; null when a fault has dealt with it. */
async function answer(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | null> {
  const url = new URL(request.url ?? '/', 'https://server')
  const user = authenticate(request, options.tokens)
  const body = await readBody(request)
  if (await applyFault(options.faults, { url, method: request.method ?? 'GET', response })) return null
  const discovered = discover(url.pathname, request.headers.host ?? '') ?? describeApi(url.pathname)
  if (discovered !== undefined) return json(discovered)
  if (url.pathname === reviewPath) return json(reviewAccess(options.faults, body), 201)
  if (['/healthz', '/livez', '/readyz'].includes(url.pathname)) return { kind: 'text', status: 200, body: 'ok' }
  if (!/^\/(api\/v1|apis\/[^/]+\/v\d)/.test(url.pathname)) return pageNotFound
  return handle(options, readRequest(url, { method: request.method ?? 'GET', body, user }))
}

const reviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const pageNotFound: Reply = { kind: 'text', status: 404, body: '404 page not found\n' }

function readRequest(url: URL, { method, body, user }: { method: string; body: unknown; user: string }): ApiRequest {
  const target = readPath(url.pathname)
  const verb = verbOf(method, target.name, url.searchParams)
  return { ...target, verb, query: url.searchParams, body, user }
}

interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

async function upgrade(options: ApiServerOptions, upgraded: Upgrade): Promise<void> {
  const { request, socket } = upgraded
  socket.on('error', () => socket.destroy())
  try {
    const url = new URL(request.url ?? '/', 'https://server')
    const user = authenticate(request, options.tokens)
    const wanted = readRequest(url, { method: 'GET', body: undefined, user })
    if (await applyFault(options.faults, { url, method: 'GET', response: socket })) return
    authorize(options.faults, wanted)
    const kubelet = podKubelet(options, wanted)
    forwardPort(upgraded, { kubelet, pod: wanted, port: Number(url.searchParams.get('ports')) })
  } catch (error) {
    const body = JSON.stringify(error instanceof ApiFailure ? error.body : { message: String(error) })
    const status = error instanceof ApiFailure ? error.code : 500
    socket.end(
      `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  }
}
