import { createConnection, type Socket } from 'node:net'
import { type Attempt, attemptOf } from './attempt.ts'

interface Place {
  readonly address: string
  readonly port: number
}

/** Opens a connection and closes it at once without sending anything. */
export const connect = (place: Place, ms: number): Promise<Attempt> =>
  withConnection(place, ms, (_, done) => done({ outcome: 'connected' }))

/** Opens a connection and resolves to what `use` makes of it, with one time limit for all of it. Never rejects. */
export function withConnection(
  { address, port }: Place,
  ms: number,
  use: (socket: Socket, done: (attempt: Attempt) => void) => void,
): Promise<Attempt> {
  return new Promise(resolve => {
    const socket = createConnection({ host: address, port })
    const done = (attempt: Attempt) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(attempt)
    }
    const timer = setTimeout(() => done({ outcome: 'timed-out' }), ms)
    socket.once('error', error => done(attemptOf(error)))
    socket.once('connect', () => use(socket, done))
    socket.once('end', () => done({ outcome: 'failed', detail: 'the connection was closed without an answer' }))
  })
}
