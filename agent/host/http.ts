import { get, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import type { HttpReply } from '../../shared/host.ts'
import { httpEndpoints } from '../../shared/http-names.ts'
import { limits } from '../../shared/limits.ts'
import { isOk, ok, type Reading } from '../../shared/reading.ts'
import { guard, Refusal } from './failures.ts'

interface Bounds {
  readonly timeoutMs: number
  readonly mostBytes: number
}

/** Fetches an endpoint of the fixed table from the host's loopback. */
export const askHttp = (name: keyof typeof httpEndpoints): Promise<Reading<HttpReply>> =>
  fetchText(httpEndpoints[name], bounds)

const bounds: Bounds = { timeoutMs: limits.httpMs, mostBytes: limits.httpBytes }

/** Asks an API server for /livez. Any HTTP answer counts as an answer, including 401 and 403. */
export const askApiServer = async (server: Reading<string>): Promise<Reading<HttpReply>> =>
  isOk(server) ? guard(server.value, () => fetchText(livezOf(server.value), bounds)) : server

/** Keeps the server's base path, if any, and drops a user name and password in the URL. */
function livezOf(server: string): string {
  const { protocol, host, pathname } = new URL(server)
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}/livez`
}

/** Fetches a small text without following redirects; `missing` when nothing listens. */
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
    const options = { agent: false, signal } as const
    const asked = url.startsWith('https:')
      ? getSecure(url, { ...options, ...anyCertificate }, resolve)
      : get(url, options, resolve)
    asked.on('error', reject)
  })

/**
 * The only question is whether something answers: no credentials are sent and the answer is not trusted. Certificate
 * dates are judged from their files.
 */
const anyCertificate = { rejectUnauthorized: false } as const

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
