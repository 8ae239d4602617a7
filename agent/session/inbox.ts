import type { RawData, WebSocket } from 'ws'
import { decodeFrame, type FrameKind, ProtocolViolation } from '../../shared/protocol/frame.ts'
import { within } from './deadline.ts'
import { Disconnected } from './endings.ts'

/** Frames from the client: one at a time, each only when it is expected. */
export interface Inbox {
  /** The payload of the next frame. Rejects with ProtocolViolation, Late or Disconnected. */
  expect(kind: FrameKind, timeoutMs: number): Promise<Uint8Array>
  /** Never resolves; rejects when the client breaks the protocol or disconnects. */
  readonly broken: Promise<never>
}

interface Due {
  readonly kind: FrameKind
  readonly resolve: (payload: Uint8Array) => void
}

/** Listens to a client. Frames are checked as they arrive, even when none is expected. */
export function createInbox(ws: WebSocket): Inbox {
  let due: Due | null = null
  let sequence = 0
  const { promise: broken, reject: fail } = rejectable()

  ws.on('message', (data, isBinary) => {
    try {
      const payload = accept(data, isBinary, { kind: due?.kind ?? null, sequence })
      sequence += 1
      const { resolve } = due ?? {}
      due = null
      resolve?.(payload)
    } catch (error) {
      fail(error)
    }
  })
  ws.on('close', () => fail(new Disconnected('the client closed the connection')))
  ws.on('error', () => fail(new Disconnected('the connection broke')))

  return {
    broken,
    expect(kind, timeoutMs) {
      const frame = new Promise<Uint8Array>(resolve => {
        due = { kind, resolve }
      })
      const payload = within(timeoutMs, Promise.race([frame, broken]), `no frame of kind ${kind} came`)
      // It may reject before it is awaited.
      payload.catch(() => {})
      return payload
    },
  }
}

function accept(data: RawData, isBinary: boolean, due: { kind: FrameKind | null; sequence: number }): Uint8Array {
  if (!isBinary || !Buffer.isBuffer(data)) throw new ProtocolViolation('FRAME_KIND', 'a message is not binary')
  const frame = decodeFrame(data)
  if (frame.sequence !== due.sequence) {
    throw new ProtocolViolation('FRAME_SEQUENCE', `frame ${frame.sequence} came where ${due.sequence} was due`)
  }
  if (frame.kind !== due.kind) {
    throw new ProtocolViolation('FRAME_KIND', `a frame of kind ${frame.kind} came where ${due.kind ?? 'none'} was due`)
  }
  return frame.payload
}

function rejectable(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<never>((_, fail) => {
    reject = fail
  })
  // Prevents an unhandled rejection while nobody awaits it.
  promise.catch(() => {})
  return { promise, reject }
}
