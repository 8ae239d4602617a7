import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { limits } from '../shared/limits.ts'
import { headerBytes } from '../shared/protocol/frame.ts'
import { subprotocol } from '../shared/protocol/messages.ts'
import { keepAlive } from './keep-alive.ts'
import { formatRefusal, judgeUpgrade, notFound } from './refusal.ts'
import { runSession, type SessionSetup } from './session.ts'

/** What the server needs in addition to its sessions. */
export interface ServerSetup extends SessionSetup {
  readonly token: string
  /** Called with the number of open sessions whenever one begins or ends. */
  readonly onSessions: (count: number) => void
}

const mostSessions = 2
const handshakeMs = 5_000
const lingerMs = 1_000

/** Listens on a free loopback port and resolves to it. */
export async function startServer(setup: ServerSetup): Promise<{ readonly port: number; close(): void }> {
  const server = createServer({
    maxHeaderSize: 8 << 10,
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 1,
  })
  server.maxConnections = 32
  server.on('request', (_, response) => endWith(response.socket, formatRefusal(notFound)))
  serveSessions(server, setup)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an AddressInfo.
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

function serveSessions(server: Server, setup: ServerSetup): void {
  const sessions = new Set<WebSocket>()
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: headerBytes + limits.frameBytes,
    handleProtocols: () => subprotocol,
  })
  server.on('upgrade', (request, socket, head) => {
    const refusal = judgeUpgrade(request, { token: setup.token, isFull: countOpen(sessions) >= mostSessions })
    if (refusal) return endWith(socket, formatRefusal(refusal))
    webSockets.handleUpgrade(request, socket, head, ws => {
      sessions.add(ws)
      setup.onSessions(sessions.size)
      ws.once('close', () => {
        sessions.delete(ws)
        setup.onSessions(sessions.size)
      })
      keepAlive(ws, setup.times.pingMs)
      void runSession(ws, setup)
    })
  })
}

const countOpen = (sessions: ReadonlySet<WebSocket>): number =>
  [...sessions].filter(({ readyState, OPEN }) => readyState === OPEN).length

/**
 * Sends the response and destroys the connection if the client does not close it. Destroying it at once could lose the
 * response.
 */
function endWith(socket: Duplex | null, response: string): void {
  if (!socket) return
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  socket.once('end', () => socket.destroy())
  // The connection is closed either way.
  socket.on('error', () => {})
  socket.end(response)
  socket.resume()
}
