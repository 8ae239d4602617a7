import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocket } from 'ws'
import * as z from 'zod/mini'
import { messageOf } from '../../shared/errors.ts'
import { limits } from '../../shared/limits.ts'
import { headerBytes } from '../../shared/protocol/frame.ts'
import { subprotocol } from '../../shared/protocol/messages.ts'
import { oneLine } from '../../shared/text.ts'
import { AgentError } from './agent-error.ts'

/** An open connection to an agent: sends messages, and yields whole received messages in order. */
export interface AgentSocket {
  send(message: Uint8Array): void
  /** Buffers, or a string for a text message. */
  readonly messages: AsyncIterable<unknown>
  close(): void
}

/** Performs the WebSocket handshake over a forwarded stream. Throws AgentError. */
export async function openAgentSocket(stream: Duplex, token: string, signal: AbortSignal): Promise<AgentSocket> {
  if (stream.destroyed) throw new AgentError('CUT', 'the stream ended before the handshake')
  // The address is never dialled; the Host header needs one.
  const socket = new WebSocket('ws://127.0.0.1/', [subprotocol], {
    createConnection: () => stream,
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    maxPayload: headerBytes + limits.frameBytes,
    followRedirects: false,
  })
  // Messages may follow the handshake immediately, so they are collected from the start.
  // Frames are large: with sixteen nodes at once, a longer queue would only take memory.
  const messages = createWebSocketStream(socket, { readableObjectMode: true, readableHighWaterMark: 2 })
  // The iterator reports the error; without a listener it would end the process before that.
  messages.on('error', () => undefined)
  const stop = () => socket.terminate()
  signal.addEventListener('abort', stop, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', stop))
  if (signal.aborted) stop()
  await opened(socket)
  return {
    send: message => socket.send(message),
    // The acknowledgement is sent after iteration stops.
    messages: messages.iterator({ destroyOnReturn: false }),
    close: () => socket.close(1000),
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (_request, reply) => {
      void refusal(reply)
        .then(reject)
        .finally(() => socket.terminate())
    })
    socket.once('error', error => reject(handshakeError(error)))
    socket.once('close', () => reject(new AgentError('CUT', 'the stream ended before the agent answered')))
  })
}

async function refusal(reply: IncomingMessage): Promise<AgentError> {
  const said = await refusalText(reply)
  if (reply.statusCode === 401) return new AgentError('TOKEN', `the agent refuses the token of this run${said}`)
  if (reply.statusCode === 426) return new AgentError('PROTOCOL', `the agent does not speak ${subprotocol}${said}`)
  return new AgentError('PROTOCOL', `the agent answers with status ${reply.statusCode}${said}`)
}

const refusalSchema = z.object({ message: z.string() })
const refusalBytes = 4_096

/** The reason for a refusal, from the small JSON body. */
async function refusalText(reply: IncomingMessage): Promise<string> {
  let body = ''
  try {
    for await (const chunk of reply) {
      body += String(chunk)
      if (body.length > refusalBytes) break
    }
    return `: ${oneLine(z.parse(refusalSchema, JSON.parse(body)).message, 200)}`
  } catch {
    return ''
  }
}

/** node:http and ws report malformed bytes; any other error means that no bytes came. */
function handshakeError(error: Error): AgentError {
  const isGarbage =
    ('code' in error && /^(HPE_|WS_ERR)/.test(String(error.code))) ||
    /Sec-WebSocket|Server sent|Invalid Upgrade|Unexpected server/.test(error.message)
  return isGarbage
    ? new AgentError('PROTOCOL', `the agent's port answers with something else: ${oneLine(error.message)}`, {
        cause: error,
      })
    : new AgentError('CUT', `the stream to the agent broke: ${oneLine(messageOf(error))}`, { cause: error })
}
