import { type RawData, WebSocket } from 'ws'
import type { RawApi } from './raw-api.ts'

export interface Conversation {
  readonly protocol: string
  /** Messages of the server as hexadecimal text; the error channel's as text. */
  readonly messages: readonly string[]
  /** Code with which the server closed; null when it did not. */
  readonly closeCode: number | null
}

interface Target {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** How long the server may take to close after its last message, ms. */
const patienceMs = 2_000

/** Opens a port-forward, sends a text, and keeps what the server says until it closes or falls silent. */
export async function converse(api: RawApi, { namespace, pod, port }: Target, text: string): Promise<Conversation> {
  const url = new URL(`/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`, api.server)
  url.protocol = 'wss:'
  const { agent: _agent, method: _method, ...options } = await api.options()
  const socket = new WebSocket(url, ['v4.channel.k8s.io'], { ...options, headers: {}, perMessageDeflate: false })
  const messages: string[] = []
  const said = new Promise<Conversation>((resolve, reject) => {
    const done = (closeCode: number | null) => resolve({ protocol: socket.protocol, messages, closeCode })
    const silence = setTimeout(() => done(null), patienceMs)
    socket.on('open', () => socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(text)])))
    socket.on('message', data => {
      messages.push(describe(toBuffer(data)))
      silence.refresh()
    })
    socket.on('error', reject)
    socket.on('close', code => {
      clearTimeout(silence)
      done(code)
    })
  })
  return said.finally(() => socket.terminate())
}

const describe = (message: Buffer): string =>
  message[0] === 1 && message.length > 3 ? `error: ${message.subarray(1)}` : message.toString('hex')

const toBuffer = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
