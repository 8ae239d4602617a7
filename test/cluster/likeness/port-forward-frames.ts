import { type RawData, WebSocket } from 'ws'
import type { RawApi } from './raw-api.ts'

export interface Conversation {
  readonly protocol: string
  /** Messages of the server as hexadecimal text; the error channel's as text. */
  readonly messages: readonly string[]
  readonly closeCode: number
}

interface Target {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** Opens a port-forward, sends bytes when given, and keeps what the server says until it closes. */
export async function converse(
  api: RawApi,
  { namespace, pod, port }: Target,
  { send, closeAfter }: { readonly send?: string; readonly closeAfter?: number } = {},
): Promise<Conversation> {
  const url = new URL(`/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`, api.server)
  url.protocol = 'wss:'
  const { agent: _agent, method: _method, ...options } = await api.options()
  const socket = new WebSocket(url, ['v4.channel.k8s.io'], { ...options, headers: {}, perMessageDeflate: false })
  const messages: string[] = []
  return new Promise((resolve, reject) => {
    socket.on('open', () => send !== undefined && socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(send)])))
    socket.on('message', data => {
      messages.push(describe(toBuffer(data)))
      if (messages.length === closeAfter) socket.close()
    })
    socket.on('error', reject)
    socket.on('close', closeCode => resolve({ protocol: socket.protocol, messages, closeCode }))
  })
}

const describe = (message: Buffer): string =>
  message[0] === 1 && message.length > 3 ? `error: ${message.subarray(1)}` : message.toString('hex')

const toBuffer = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
