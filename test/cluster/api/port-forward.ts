import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { KubeletPort } from './kubelet-port.ts'
import type { Place } from './object.ts'

const subprotocol = 'v4.channel.k8s.io'

const channels = { data: 0, error: 1 } as const

/** Largest piece of a message; the kubelet copies in blocks of this size. */
const blockBytes = 32 << 10

const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: offered => (offered.has(subprotocol) ? subprotocol : false),
})

interface Forward {
  readonly kubelet: KubeletPort
  readonly pod: Place
  readonly port: number
}

/** Upgrades a request to a port-forward: the port on both channels first, then bytes both ways. */
export function forwardPort(
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
  forward: Forward,
): void {
  sockets.handleUpgrade(request, socket, head, web => {
    const waiting: Buffer[] = []
    const early = (data: RawData) => waiting.push(toBuffer(data))
    web.on('message', early)
    for (const channel of [channels.data, channels.error]) web.send(portMessage(channel, forward.port))
    connect(web, forward).then(
      peer => {
        web.off('message', early)
        join(web, peer, waiting)
      },
      () => {},
    )
  })
}

async function connect(web: WebSocket, { kubelet, pod, port }: Forward): Promise<Duplex> {
  const target = { namespace: pod.namespace ?? '', name: pod.name, port }
  try {
    return await kubelet.connect(target)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    web.send(Buffer.concat([Buffer.from([channels.error]), Buffer.from(why)]))
    web.close(1000)
    throw error
  }
}

function join(web: WebSocket, peer: Duplex, waiting: readonly Buffer[]): void {
  const write = (message: Buffer) => {
    if (message[0] === channels.data && !peer.write(message.subarray(1))) web.pause()
  }
  for (const message of waiting) write(message)
  web.on('message', data => write(toBuffer(data)))
  peer.on('drain', () => web.resume())
  peer.on('data', (bytes: Buffer) => {
    peer.pause()
    sendBlocks(web, bytes, () => peer.resume())
  })
  peer.on('close', () => web.close(1000))
  peer.on('error', () => web.terminate())
  web.on('close', () => peer.destroy())
  web.on('error', () => peer.destroy())
}

function sendBlocks(web: WebSocket, bytes: Buffer, done: () => void): void {
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = Buffer.concat([Buffer.from([channels.data]), bytes.subarray(at, at + blockBytes)])
    web.send(block, at + blockBytes < bytes.length ? () => {} : done)
  }
}

function portMessage(channel: number, port: number): Buffer {
  const message = Buffer.alloc(3)
  message.writeUInt8(channel, 0)
  message.writeUInt16LE(port, 1)
  return message
}

const toBuffer = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
