import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import { createConnection } from 'node:net'
import { Refusal } from '../host/failures.ts'
import { GrpcError } from './grpc-error.ts'

/** One unary call and its limits. */
export interface UnaryCall {
  /** Path of the Unix socket as this process reaches it. */
  readonly socket: string
  /** `/package.Service/Method`. */
  readonly path: string
  readonly body: Uint8Array
  readonly timeoutMs: number
  readonly mostBytes: number
}

/**
 * Makes one gRPC call over a Unix socket and resolves to the encoded reply. Rejects with a system error, GrpcError or
 * Refusal. Source: gRPC over HTTP/2 protocol definition.
 */
export async function callUnary(call: UnaryCall): Promise<Uint8Array> {
  const session = connect('http://localhost', { createConnection: () => createConnection(call.socket) })
  const { timeoutMs } = call
  const timer = setTimeout(() => {
    session.destroy(new Refusal('timeout', `${call.path} was not answered within ${timeoutMs} ms`))
  }, timeoutMs)
  try {
    return await exchange(session, call)
  } finally {
    clearTimeout(timer)
    session.destroy()
  }
}

function exchange(session: ClientHttp2Session, { path, body, timeoutMs, mostBytes }: UnaryCall): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    session.on('error', reject)
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${timeoutMs}m`,
    })
    const headers: IncomingHttpHeaders = {}
    const blocks: Uint8Array[] = []
    let length = 0
    stream.on('error', reject)
    // A call that fails immediately carries its status in the headers, otherwise in the trailers.
    stream.on('response', first => Object.assign(headers, first))
    stream.on('trailers', last => Object.assign(headers, last))
    stream.on('data', (block: Uint8Array) => {
      blocks.push(block)
      length += block.length
      if (length > mostBytes) reject(new Refusal('too-large', `${path} answers more than ${mostBytes} bytes`))
    })
    stream.on('close', () => {
      const error = GrpcError.from(headers)
      if (error) reject(error)
      else settle(() => resolve(unframe(Buffer.concat(blocks))), reject)
    })
    stream.end(frame(body))
  })
}

function settle(act: () => void, reject: (error: unknown) => void): void {
  try {
    act()
  } catch (error) {
    reject(error)
  }
}

/** One byte for "not compressed", then the message length in four bytes. */
const prefixBytes = 5

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

function unframe(body: Buffer): Uint8Array {
  const isWhole = body.length >= prefixBytes && body[0] === 0 && body.readUInt32BE(1) === body.length - prefixBytes
  if (!isWhole) throw new Refusal('malformed', 'the reply of the runtime is not one whole message')
  return body.subarray(prefixBytes)
}
