import * as http from 'node:http'
import * as https from 'node:https'
import { createGunzip } from 'node:zlib'
import { startDeadline } from './deadline.ts'
import { ApiError, foreignReply, refusalError } from './errors.ts'
import { apiLimits } from './limits.ts'
import { networkError, timeoutError } from './network-errors.ts'

/** An API server and its credentials. `authorize` is called before each request and may run a credential plugin. */
export interface Endpoint {
  readonly server: URL
  authorize(): Promise<Authorization>
}

/** Credentials and connection of one request. */
export interface Authorization {
  readonly headers: http.OutgoingHttpHeaders
  /** Carries TLS, proxy and kept connections. */
  readonly agent: http.Agent
}

/** A request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
  readonly maxBytes?: number
}

/** Time limit and cancellation of a request. */
export interface Patience {
  /** Time limit in ms for the whole exchange, or until a stream begins. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Sends a request and returns the body as text. Throws ApiError for anything but a 2xx. */
export async function send(endpoint: Endpoint, request: ApiRequest, patience: Patience): Promise<string> {
  return withDeadline(endpoint, patience, async signal => {
    const reply = await open(endpoint, request, signal)
    return readBody(reply, request.maxBytes ?? apiLimits.bodyBytes)
  })
}

/** Sends a request and parses the body. Throws ApiError, also when the body is not JSON. */
export async function sendJson(endpoint: Endpoint, request: ApiRequest, patience: Patience): Promise<unknown> {
  const body = await send(endpoint, request, patience)
  try {
    return JSON.parse(body)
  } catch {
    throw foreignReply({ status: 200, body, ...names(endpoint, request) })
  }
}

/** Opens a streaming reply, such as a watch or a followed log; the deadline covers only its beginning. */
export async function openStream(
  endpoint: Endpoint,
  request: ApiRequest,
  { timeoutMs, signal }: Patience,
): Promise<http.IncomingMessage> {
  const deadline = startDeadline(timeoutMs, signal)
  try {
    const reply = await open(endpoint, request, deadline.signal)
    deadline.stopClock()
    return reply.once('close', deadline.release)
  } catch (error) {
    deadline.release()
    throw deadline.isLate()
      ? timeoutError(endpoint.server.origin, timeoutMs)
      : networkError(error, endpoint.server.origin)
  }
}

async function withDeadline<T>(
  { server }: Endpoint,
  { timeoutMs, signal }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline(timeoutMs, signal)
  try {
    return await work(deadline.signal)
  } catch (error) {
    throw deadline.isLate() ? timeoutError(server.origin, timeoutMs) : networkError(error, server.origin)
  } finally {
    deadline.release()
  }
}

async function open(endpoint: Endpoint, request: ApiRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { headers, agent } = await endpoint.authorize()
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  const reply = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const outgoing = (endpoint.server.protocol === 'http:' ? http : https).request(urlOf(endpoint, request.path), {
      method: request.method,
      agent,
      signal,
      headers: { ...commonHeaders, ...(body === undefined ? {} : bodyHeaders(body, request)), ...headers },
    })
    outgoing.once('response', resolve).once('error', reject).end(body)
  })
  const status = reply.statusCode ?? 0
  if (status >= 200 && status < 300) return reply
  throw refusalError({
    status,
    body: await readBody(reply, apiLimits.errorBytes).catch(() => ''),
    retryAfter: reply.headers['retry-after'],
    ...names(endpoint, request),
  })
}

/** URL of an API path below the server's base path. */
export const urlOf = ({ server }: Endpoint, path: string): URL =>
  new URL(server.pathname.replace(/\/$/, '') + path, server)

const commonHeaders = { accept: 'application/json, */*', 'accept-encoding': 'gzip', 'user-agent': 'kubectl-netcheck' }

const bodyHeaders = (body: string, { contentType }: ApiRequest) => ({
  'content-type': contentType ?? 'application/json',
  'content-length': Buffer.byteLength(body),
})

const names = ({ server }: Endpoint, { method, path }: ApiRequest) => ({
  server: server.origin,
  request: `${method} ${path.split('?')[0]}`,
})

async function readBody(reply: http.IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of decoded(reply)) {
    length += chunk.length
    if (length > maxBytes) {
      reply.destroy()
      throw new ApiError('API_STATUS', `the answer of the API server is larger than ${maxBytes} bytes`, { status: 413 })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The API server compresses large answers. */
function decoded(reply: http.IncomingMessage): AsyncIterable<Buffer> {
  if (reply.headers['content-encoding'] !== 'gzip') return reply
  const gunzip = createGunzip()
  reply.once('error', error => gunzip.destroy(error))
  return reply.pipe(gunzip)
}
