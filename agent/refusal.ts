import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { protocolVersion, subprotocol } from '../shared/protocol/messages.ts'
import { isAuthorized } from './token.ts'

/** Why a connection is refused. The body is `{code, message}`, plus `protocol` when versions differ. */
export interface HttpRefusal {
  readonly status: 401 | 404 | 426 | 503
  readonly code: 'UNAUTHORIZED' | 'NOT_FOUND' | 'PROTOCOL_VERSION' | 'BUSY'
  readonly message: string
  readonly protocol?: number
}

/** The refusal of any request that is not a WebSocket upgrade at `/`. */
export const notFound: HttpRefusal = { status: 404, code: 'NOT_FOUND', message: 'only a WebSocket at / is served here' }

/**
 * Checks an upgrade request; null accepts it. The token is checked first, so that a client without one learns nothing
 * else.
 */
export function judgeUpgrade(
  request: IncomingMessage,
  { token, isFull }: { token: string; isFull: boolean },
): HttpRefusal | null {
  if (!isAuthorized(request.headers.authorization, token)) {
    return { status: 401, code: 'UNAUTHORIZED', message: 'the token of this run is missing or wrong' }
  }
  if (request.method !== 'GET' || request.url !== '/') return notFound
  if (!offered(request).includes(subprotocol)) {
    const message = `this agent speaks ${subprotocol} only`
    return { status: 426, code: 'PROTOCOL_VERSION', message, protocol: protocolVersion }
  }
  if (isFull) return { status: 503, code: 'BUSY', message: 'this agent serves as many sessions as it may' }
  return null
}

/** A refusal as the text of an HTTP response that ends its connection. */
export function formatRefusal({ status, ...body }: HttpRefusal): string {
  const text = JSON.stringify(body)
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...(status === 426 ? ['Upgrade: websocket', `Sec-WebSocket-Protocol: ${subprotocol}`] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${text}`
}

const offered = (request: IncomingMessage): readonly string[] =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim())
