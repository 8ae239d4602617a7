import type { IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import { type RawData, WebSocket } from 'ws'
import { oneLine } from '../../shared/text.ts'
import { ApiError, refusalError } from './errors.ts'
import { apiLimits } from './limits.ts'
import { networkError, timeoutError } from './network-errors.ts'
import { pathOf } from './paths.ts'
import { resources } from './port.ts'
import { type Endpoint, urlOf } from './transport.ts'

/** `v4.channel.k8s.io`: the first byte of a message names the channel, 0 for data and 1 for errors. */
const protocol = 'v4.channel.k8s.io'
/** The first message of each channel contains only the port, in two bytes. */
const portBytes = 2

interface Target {
  readonly namespace: string
  readonly pod: string
  readonly port: number
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** Opens a byte stream to a port of a pod through the API server. Throws ApiError; later errors destroy the stream. */
export async function forwardPort(endpoint: Endpoint, target: Target): Promise<Duplex> {
  const path = pathOf(
    resources.pods,
    { namespace: target.namespace, name: target.pod, subresource: 'portforward' },
    { ports: target.port },
  )
  const { headers, agent } = await endpoint.authorize()
  const url = urlOf(endpoint, path)
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  const socket = new WebSocket(url, [protocol], {
    agent,
    // ws passes arrays of header values on to node:http, which its types do not allow.
    headers: headers as Record<string, string>,
    perMessageDeflate: false,
    maxPayload: apiLimits.forwardBytes,
    followRedirects: false,
  })
  // Data may follow the handshake immediately; the stream listens before anything is awaited.
  const stream = new ForwardStream(socket, `port ${target.port} of pod ${target.namespace}/${target.pod}`)
  try {
    await opened(socket, endpoint, target)
  } catch (error) {
    stream.destroy()
    throw error
  }
  const stop = () => stream.destroy()
  target.signal.addEventListener('abort', stop, { once: true })
  return stream.once('close', () => target.signal.removeEventListener('abort', stop))
}

function opened(socket: WebSocket, { server }: Endpoint, { signal, timeoutMs }: Target): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(timeoutError(`the port-forward through ${server.origin}`, timeoutMs)),
      timeoutMs,
    )
    const stop = () => reject(networkError(signal.reason, server.origin))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const settle = (action: () => void) => () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      action()
    }
    socket.once('open', settle(resolve))
    socket.once('error', error => settle(() => reject(networkError(error, server.origin)))())
    socket.once('unexpected-response', (_request, reply) => settle(() => refused(reply, server).then(reject, reject))())
  })
}

async function refused(reply: IncomingMessage, server: URL): Promise<ApiError> {
  let body = ''
  for await (const chunk of reply) if (body.length < apiLimits.errorBytes) body += chunk
  return refusalError({
    status: reply.statusCode ?? 0,
    body,
    retryAfter: undefined,
    request: 'port-forward',
    server: server.origin,
  })
}

/** The data channel as a stream; a message on the error channel destroys it with that text. */
class ForwardStream extends Duplex {
  readonly #socket: WebSocket
  readonly #what: string
  readonly #seen = new Set<number>()

  constructor(socket: WebSocket, what: string) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    this.#what = what
    socket.on('message', data => this.#receive(toBuffer(data)))
    socket.on('close', () => this.push(null))
    socket.on('error', error => this.destroy(networkError(error, this.#what)))
    // An error may occur while nobody reads; the next reader finds it as `errored`.
    this.on('error', () => undefined)
  }

  #receive(message: Buffer): void {
    const channel = message[0] ?? 255
    const first = !this.#seen.has(channel)
    this.#seen.add(channel)
    const bytes = message.subarray(first ? 1 + portBytes : 1)
    if (bytes.length === 0 || this.destroyed) return
    if (channel === 1) this.destroy(new ApiError('API_STATUS', `${this.#what}: ${oneLine(bytes.toString('utf8'))}`))
    else if (channel === 0 && !this.push(bytes)) this.#socket.pause()
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.send(Buffer.concat([dataChannel, chunk]), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.terminate()
    done(error)
  }
}

const dataChannel = Buffer.from([0])

const toBuffer = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
