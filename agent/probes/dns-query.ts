import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { encodePaddedQuery, encodeQuery, parseAnswer } from '../../shared/formats/dns-message.ts'
import { parseAddress } from '../../shared/ip.ts'
import { largeQueryBytes } from '../../shared/protocol/probes.ts'
import { type Attempt, attemptOf } from './attempt.ts'
import { withConnection } from './connect.ts'

interface Question {
  readonly address: string
  readonly port: number
  readonly name: string
}

/** Queries over UDP and repeats once without an answer, as resolvers do. Never rejects. */
export const queryUdp = (question: Question, ms: number): Promise<Attempt> => askTwice(() => askUdp(question, ms))

/** Queries over TCP in a message of several full-size packets; repeats once without an answer. Never rejects. */
export const queryTcpLarge = (question: Question, ms: number): Promise<Attempt> =>
  askTwice(() => askTcp(question, ms, (id, name) => encodePaddedQuery(id, name, largeQueryBytes)))

/** Queries over TCP in a message of minimal size. Never rejects. */
export const queryTcp = (question: Question, ms: number): Promise<Attempt> => askTcp(question, ms, encodeQuery)

async function askTwice(ask: () => Promise<Attempt>): Promise<Attempt> {
  const first = await ask()
  return first.outcome === 'timed-out' ? { ...(await ask()), tries: 2 } : first
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
    // A connected socket ignores datagrams from others and reports ICMP refusals.
    socket.connect(port, address, () => socket.send(encodeQuery(id, name)))
  })
}

/** DNS over TCP puts the length in two bytes before each message. */
function askTcp({ name, ...place }: Question, ms: number, encode: typeof encodeQuery): Promise<Attempt> {
  const id = randomInt(0x10000)
  return withConnection(place, ms, (socket, done) => {
    const query = encode(id, name)
    let received = Buffer.alloc(0)
    socket.on('data', (block: Buffer) => {
      received = Buffer.concat([received, block]).subarray(0, 2 + 0xffff)
      if (received.length >= 14)
        done(answered(received.subarray(2), id) ?? { outcome: 'failed', detail: 'no answer to this query' })
    })
    socket.write(Uint8Array.from([query.length >> 8, query.length & 0xff, ...query]))
  })
}

/** Null for a message that does not answer this query. */
function answered(bytes: Uint8Array, id: number): Attempt | null {
  const answer = parseAnswer(bytes)
  if (answer?.id !== id) return null
  return { outcome: 'connected', dns: { rcode: answer.rcode, answers: answer.answers } }
}
