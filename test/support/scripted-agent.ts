import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { chunksOf, encodeChunk } from '../../shared/protocol/chunk.ts'
import { encodeFilePiece, type FilePiece, piecesOf } from '../../shared/protocol/file.ts'
import { decodeFrame, encodeFrame, type FrameKind, frameKinds } from '../../shared/protocol/frame.ts'
import { encodeMessage, protocolVersion } from '../../shared/protocol/messages.ts'

/** What a scripted agent can do in its session; numbering and sums are kept as the real one keeps them. */
interface AgentSession {
  readonly socket: WebSocket
  send(kind: FrameKind, payload: Uint8Array): void
  hello(changes?: Readonly<Record<string, unknown>>): void
  /** Sends a part; its sums count. */
  part(name: string, value: unknown, gzip?: (body: Uint8Array) => Uint8Array): void
  /** Sends a recorded file; its sums count. `changes` make its pieces wrong. */
  file(path: string, bytes: Uint8Array, changes?: Partial<FilePiece>): void
  end(changes?: Readonly<Record<string, unknown>>): void
  /** Resolves to the message of the next frame from the client. */
  next(): Promise<{ readonly kind: FrameKind; readonly message: Record<string, unknown> }>
}

export type AgentScript = (session: AgentSession, attempt: number) => unknown

export interface ScriptedAgent {
  readonly port: number
  /** A new stream to it, as a port-forward would give. */
  dial(): Duplex
  readonly server: Server
  close(): void
}

/** A WebSocket server on the loopback that speaks the agent's protocol as the script says. */
export async function startAgent(node: string, script: AgentScript): Promise<ScriptedAgent> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  let attempts = 0
  sockets.on('connection', socket => {
    socket.on('error', () => undefined)
    attempts += 1
    script(sessionOn(socket, node), attempts)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    server,
    dial: () => connect(port, '127.0.0.1'),
    close: () => {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
    },
  }
}

/** A healthy agent: every requested part is `missing`, which is an answer. */
export const wellAgent: AgentScript = async session => {
  session.hello()
  const { message } = await session.next()
  for (const part of message.parts as string[]) session.part(part, missingPart)
  session.end()
  await session.next()
  session.socket.close(1000)
}

export const missingPart = { status: 'unavailable', reason: 'missing', detail: 'it is not there', ms: 1 }

function sessionOn(socket: WebSocket, node: string): AgentSession {
  const hash = createHash('sha256')
  const sums = { sequence: 0, frames: 0, bytes: 0 }
  const inbox: Buffer[] = []
  let wake = () => {}
  socket.on('message', data => {
    inbox.push(data as Buffer)
    wake()
  })
  const send = (kind: FrameKind, payload: Uint8Array) => {
    socket.send(encodeFrame({ kind, sequence: sums.sequence, payload }))
    sums.sequence += 1
  }
  return {
    socket,
    send,
    hello: changes =>
      send(
        frameKinds.hello,
        encodeMessage({ agent: 'test', protocol: protocolVersion, node, bootId: null, now: 0, ...changes }),
      ),
    part: (name, value, gzip) => {
      const body = new TextEncoder().encode(JSON.stringify(value))
      for (const chunk of chunksOf(name, gzip ? gzip(body) : body, Boolean(gzip))) {
        const payload = encodeChunk(chunk)
        hash.update(payload)
        sums.frames += 1
        sums.bytes += payload.length
        send(frameKinds.chunk, payload)
      }
    },
    file: (path, bytes, changes) => {
      for (const piece of piecesOf({ path, size: bytes.length, gzip: false, bytes })) {
        const payload = encodeFilePiece({ ...piece, ...changes })
        hash.update(payload)
        sums.frames += 1
        sums.bytes += payload.length
        send(frameKinds.file, payload)
      }
    },
    end: changes => {
      const { frames, bytes } = sums
      send(frameKinds.end, encodeMessage({ frames, bytes, sha256: hash.copy().digest('hex'), ...changes }))
    },
    next: async () => {
      while (inbox.length === 0)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      const { kind, payload } = decodeFrame(inbox.shift() ?? Buffer.alloc(0))
      return { kind, message: JSON.parse(Buffer.from(payload).toString()) }
    },
  }
}
