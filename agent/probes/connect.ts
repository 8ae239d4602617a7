import { createConnection, type Socket } from 'node:net'
import { type Attempt, attemptOf } from './attempt.ts'

interface Place {
  readonly address: string
  readonly port: number
}

/** Connects and closes at once; nothing is sent. */
export const connect = (place: Place, ms: number): Promise<Attempt> =>
  withConnection(place, ms, (_, done) => done({ outcome: 'connected' }))

/** Whatever `use` makes of an open connection, within so many ms for all of it. Never rejects. */
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
