import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { ApiFailure } from './api-error.ts'

/** A handler's response: JSON, text, or a stream that it writes itself. */
export type Reply =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'text'; readonly status: number; readonly body: string }
  | {
      readonly kind: 'stream'
      readonly type: string
      readonly write: (response: ServerResponse) => void | Promise<void>
    }

export const json = (body: unknown, status = 200): Reply => ({ kind: 'json', status, body })

/** The real server's minimum size for compression. */
const compressedFrom = 128 << 10

export function sendReply(response: ServerResponse, reply: Reply, acceptsGzip: boolean): void {
  response.setHeader('cache-control', 'no-cache, private')
  if (reply.kind === 'stream') {
    response.writeHead(200, { 'content-type': reply.type })
    response.flushHeaders()
    void Promise.resolve(reply.write(response)).catch(() => response.destroy())
    return
  }
  const body = Buffer.from(reply.kind === 'json' ? `${JSON.stringify(reply.body)}\n` : reply.body)
  response.setHeader('content-type', reply.kind === 'json' ? 'application/json' : 'text/plain; charset=utf-8')
  if (acceptsGzip && body.length > compressedFrom) {
    response.writeHead(reply.status, { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }).end(gzipSync(body))
  } else response.writeHead(reply.status, { 'content-length': body.length }).end(body)
}

/** The response to a handler's error; anything but ApiFailure is a bug of this stand-in and says so. */
export function failureReply(error: unknown): Reply {
  const failure =
    error instanceof ApiFailure ? error : new ApiFailure(500, 'InternalError', `stand-in defect: ${stackOf(error)}`)
  return json(failure.body, failure.code)
}

const stackOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
