import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { encodeQuery, parseAnswer } from '../../shared/formats/dns-message.ts'
import { parseAddress } from '../../shared/ip.ts'
import { type Attempt, attemptOf } from './attempt.ts'
import { withConnection } from './connect.ts'

interface Question {
  readonly address: string
  readonly port: number
  readonly name: string
}

/** Asks once, and once more when nobody answers, as resolvers do. Never rejects. */
export async function queryUdp(question: Question, ms: number): Promise<Attempt> {
  const first = await askUdp(question, ms)
  return first.outcome === 'timed-out' ? { ...(await askUdp(question, ms)), tries: 2 } : first
}

function askUdp({ address, port, name }: Question, ms: number): Promise<Attempt> {
  const id = randomInt(0x10000)
  return new Promise(resolve => {
    const socket = createSocket(parseAddress(address)?.family === 6 ? 'udp6' : 'udp4')
    const done = (attempt: Attempt) => {
      clearTimeout(timer)
      socket.removeAllListeners('message').close()
      resolve(attempt)
    }
    const timer = setTimeout(() => done({ outcome: 'timed-out' }), ms)
    socket.once('error', error => done(attemptOf(error)))
    socket.on('message', bytes => {
      const attempt = answered(bytes, id)
      if (attempt) done(attempt)
    })
    // Connected, so that answers of others are not taken and a refusal is told.
    socket.connect(port, address, () => socket.send(encodeQuery(id, name)))
  })
}

/** The same over TCP, where two bytes of length come before a message. */
export function queryTcp({ name, ...place }: Question, ms: number): Promise<Attempt> {
  const id = randomInt(0x10000)
  return withConnection(place, ms, (socket, done) => {
    const query = encodeQuery(id, name)
    let received = Buffer.alloc(0)
    socket.on('data', (block: Buffer) => {
      received = Buffer.concat([received, block]).subarray(0, 2 + 0xffff)
      if (received.length >= 14)
        done(answered(received.subarray(2), id) ?? { outcome: 'failed', detail: 'no answer to this query' })
    })
    socket.write(Uint8Array.from([query.length >> 8, query.length & 0xff, ...query]))
  })
}

/** Null for what does not belong to this query. */
function answered(bytes: Uint8Array, id: number): Attempt | null {
  const answer = parseAnswer(bytes)
  if (answer?.id !== id) return null
  return { outcome: 'connected', dns: { rcode: answer.rcode, answers: answer.answers } }
}
