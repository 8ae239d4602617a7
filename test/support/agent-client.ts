import { createHash } from 'node:crypto'
import { on, once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { decodeChunk } from '../../shared/protocol/chunk.ts'
import { decodeFilePiece, type FilePiece } from '../../shared/protocol/file.ts'
import { decodeFrame, encodeFrame, type Frame, type FrameKind, frameKinds } from '../../shared/protocol/frame.ts'
import { encodeMessage, type RecordOrder, subprotocol } from '../../shared/protocol/messages.ts'

export interface Address {
  readonly port: number
  readonly token?: string | undefined
  readonly protocol?: string
}

/** A client that can also violate the protocol. */
export interface AgentClient {
  readonly ws: WebSocket
  /** The next frame from the agent, already in order. */
  next(): Promise<Frame>
  /** The next frame of this kind; others are dropped. */
  nextOf(kind: FrameKind): Promise<unknown>
  send(kind: FrameKind, message: unknown, sequence?: number): void
  /** The close code, once the connection is closed. */
  readonly closed: Promise<number>
}

/** Opens a session; rejects when the agent refuses it. The connection ends with the test. */
export async function connectAgent({ port, token, protocol = subprotocol }: Address): Promise<AgentClient> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, protocol === '' ? [] : [protocol], { headers })
  onTestFinished(() => ws.terminate())
  const messages = on(ws, 'message')
  const closed = new Promise<number>(resolve => ws.once('close', resolve))
  await once(ws, 'open')
  // Later errors show as the close code.
  ws.on('error', () => {})
  let sequence = 0
  const client: AgentClient = {
    ws,
    closed,
    async next() {
      const { value } = await messages.next()
      return decodeFrame(value[0])
    },
    async nextOf(kind) {
      for (;;) {
        const frame = await client.next()
        if (frame.kind === kind) return JSON.parse(new TextDecoder().decode(frame.payload))
      }
    },
    send(kind, message, number = sequence++) {
      ws.send(encodeFrame({ kind, sequence: number, payload: encodeMessage(message) }))
    },
  }
  return client
}

/** The status and body of a refused connection. */
export async function refusalOf({ port, token, protocol = subprotocol }: Address) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, protocol === '' ? [] : [protocol], { headers })
  // Cutting the connection after a refusal is an error to this library.
  ws.on('error', () => {})
  const response = await new Promise<IncomingMessage>(resolve => {
    ws.once('unexpected-response', (_, refused) => resolve(refused))
  })
  const body: unknown = JSON.parse(await text(response))
  ws.terminate()
  return { status: response.statusCode, body }
}

export interface Collected {
  readonly hello: unknown
  readonly parts: Readonly<Record<string, unknown>>
  /** Recorded files by their path; of several with one path the last. */
  readonly files: ReadonlyMap<string, Buffer>
  /** Names of parts in the order in which they were complete. */
  readonly order: readonly string[]
  readonly progress: readonly unknown[]
  readonly closeCode: number
}

/** A complete, correct session. Throws when sums or sequence numbers are wrong. */
export async function collectFrom(
  client: AgentClient,
  parts: readonly string[],
  partMs = 5_000,
  record?: RecordOrder,
): Promise<Collected> {
  const hello = await client.nextOf(frameKinds.hello)
  client.send(frameKinds.collect, { parts, partMs, record })
  const received: Receipt = {
    bodies: new Map(),
    files: new Map(),
    order: [],
    progress: [],
    hash: createHash('sha256'),
    sums: [0, 0],
  }
  for (let sequence = 1; ; sequence += 1) {
    const frame = await client.next()
    if (frame.sequence !== sequence) throw new Error(`frame ${frame.sequence} came where ${sequence} was due`)
    if (frame.kind === frameKinds.failure) throw new Error(new TextDecoder().decode(frame.payload))
    if (frame.kind === frameKinds.end) {
      acknowledge(client, received, frame)
      const done = Object.fromEntries([...received.bodies].map(([name, { json }]) => [name, json]))
      const { order, progress } = received
      const files = unpackFiles(received.files)
      return { hello, parts: done, files, order, progress, closeCode: await client.closed }
    }
    receive(received, frame)
  }
}

interface Receipt {
  readonly bodies: Map<string, { blocks: Uint8Array[]; json?: unknown }>
  readonly files: Map<string, FilePiece[]>
  readonly order: string[]
  readonly progress: unknown[]
  readonly hash: ReturnType<typeof createHash>
  readonly sums: [frames: number, bytes: number]
}

function receive({ bodies, files, order, progress, hash, sums }: Receipt, { kind, payload }: Frame): void {
  if (kind === frameKinds.progress) return void progress.push(JSON.parse(new TextDecoder().decode(payload)))
  if (kind !== frameKinds.chunk && kind !== frameKinds.file)
    throw new Error(`a frame of kind ${kind} came in the middle`)
  hash.update(payload)
  sums[0] += 1
  sums[1] += payload.length
  if (kind === frameKinds.file) receiveFile(files, decodeFilePiece(payload))
  else receiveChunk({ bodies, order }, payload)
}

function receiveChunk({ bodies, order }: Pick<Receipt, 'bodies' | 'order'>, payload: Uint8Array): void {
  const chunk = decodeChunk(payload)
  const body = bodies.get(chunk.part) ?? { blocks: [] }
  bodies.set(chunk.part, body)
  body.blocks.push(chunk.bytes)
  if (!chunk.last) return
  const whole = Buffer.concat(body.blocks)
  body.json = JSON.parse((chunk.gzip ? gunzipSync(whole) : whole).toString())
  order.push(chunk.part)
}

function receiveFile(files: Receipt['files'], piece: FilePiece): void {
  const before = files.get(piece.path) ?? []
  files.set(piece.path, before.at(-1)?.last ? [piece] : [...before, piece])
}

function unpackFiles(files: Receipt['files']): ReadonlyMap<string, Buffer> {
  return new Map(
    [...files].map(([path, pieces]) => {
      const whole = Buffer.concat(pieces.map(({ bytes }) => bytes))
      const bytes = pieces[0]?.gzip ? gunzipSync(whole) : whole
      if (bytes.length !== pieces[0]?.size || !pieces.at(-1)?.last) throw new Error(`${path} is not whole`)
      return [path, bytes]
    }),
  )
}

function acknowledge(client: AgentClient, { hash, sums: [frames, bytes] }: Receipt, { payload }: Frame): void {
  const sha256 = hash.digest('hex')
  const end: unknown = JSON.parse(new TextDecoder().decode(payload))
  if (JSON.stringify(end) !== JSON.stringify({ frames, bytes, sha256 })) throw new Error('the sums are wrong')
  client.send(frameKinds.ack, { sha256 })
}
