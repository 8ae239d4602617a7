import { get, type IncomingMessage } from 'node:http'
import type { HttpReply } from '../../shared/host.ts'
import { type HttpName, httpEndpoints } from '../../shared/http-names.ts'
import { limits } from '../../shared/limits.ts'
import { ok, type Reading } from '../../shared/reading.ts'
import { guard, Refusal } from './failures.ts'

interface Bounds {
  readonly timeoutMs: number
  readonly mostBytes: number
}

/** Asks an address of the fixed table on the host's loopback. */
export const askHttp = (name: HttpName): Promise<Reading<HttpReply>> =>
  fetchText(httpEndpoints[name], { timeoutMs: limits.httpMs, mostBytes: limits.httpBytes })

/** Fetches a small text. Redirections are not followed; that nobody listens is `missing`. */
export const fetchText = (url: string, { timeoutMs, mostBytes }: Bounds): Promise<Reading<HttpReply>> =>
  guard(url, async () => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const reply = await request(url, signal)
      return ok({ url, status: reply.statusCode ?? 0, body: await readBody(url, reply, mostBytes) })
    } catch (error) {
      throw signal.aborted ? new Refusal('timeout', `${url} did not answer within ${timeoutMs} ms`) : error
    }
  })

const request = (url: string, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false, signal }, resolve).on('error', reject)
  })

async function readBody(url: string, reply: IncomingMessage, mostBytes: number): Promise<string> {
  const blocks: Buffer[] = []
  let length = 0
  for await (const block of reply) {
    blocks.push(block)
    length += block.length
    // Leaving the loop destroys the connection.
    if (length > mostBytes) throw new Refusal('too-large', `${url} answers more than ${mostBytes} bytes`)
  }
  return Buffer.concat(blocks).toString()
}
