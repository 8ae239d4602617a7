import type { WebSocket } from 'ws'

/** Pings a client regularly and closes the connection when a ping stays unanswered. */
export function keepAlive(ws: WebSocket, pingMs: number): void {
  let isAlive = true
  ws.on('pong', () => {
    isAlive = true
  })
  const timer = setInterval(() => {
    if (!isAlive) return ws.terminate()
    isAlive = false
    ws.ping()
  }, pingMs)
  ws.once('close', () => clearInterval(timer))
}
