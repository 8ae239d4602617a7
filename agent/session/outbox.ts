import { createHash } from 'node:crypto'
import type { WebSocket } from 'ws'
import { encodeChunk } from '../../shared/protocol/chunk.ts'
import { encodeFilePiece, type FilePiece, piecesOf } from '../../shared/protocol/file.ts'
import { encodeFrame, type FrameKind, frameKinds } from '../../shared/protocol/frame.ts'
import { type End, encodeMessage } from '../../shared/protocol/messages.ts'
import { Disconnected } from './endings.ts'
import { chunksWithin, type PackedPart } from './pack.ts'

/** Frames to the client: numbered, with sums over all chunks and files. */
export interface Outbox {
  /** Resolves when the frame has left this process. */
  message(kind: FrameKind, message: unknown): Promise<void>
  /** Sends a part chunk by chunk, each after the previous one was sent: a slow client slows the agent down. */
  part(packed: PackedPart): Promise<void>
  /** Sends a recorded file, after those before it. */
  file(file: Omit<FilePiece, 'last'>): Promise<void>
  /** Bytes queued for the client. */
  waiting(): number
  /** Finalises the sums; may be called once. */
  end(): End
}

/** Creates the outbox of one session. */
export function createOutbox(ws: WebSocket): Outbox {
  const hash = createHash('sha256')
  let sequence = 0
  let frames = 0
  let bytes = 0
  let promised = 0
  let lastFile = Promise.resolve()

  const send = (kind: FrameKind, payload: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      ws.send(encodeFrame({ kind, sequence: sequence++, payload }), error =>
        error ? reject(new Disconnected(error.message)) : resolve(),
      )
    })

  const sendCounted = async (kind: FrameKind, payload: Uint8Array) => {
    hash.update(payload)
    frames += 1
    bytes += payload.length
    await send(kind, payload)
  }
  const sendPieces = async (file: Omit<FilePiece, 'last'>) => {
    for (const piece of piecesOf(file)) await sendCounted(frameKinds.file, encodeFilePiece(piece))
  }

  return {
    message: (kind, message) => send(kind, encodeMessage(message)),
    async part(packed) {
      // Parts are sent concurrently, so space is reserved before the first chunk.
      const chunks = chunksWithin(packed, promised)
      promised += packed.body.length
      for (const chunk of chunks) await sendCounted(frameKinds.chunk, encodeChunk(chunk))
    },
    file(file) {
      lastFile = lastFile.then(() => sendPieces(file))
      return lastFile
    },
    waiting: () => ws.bufferedAmount,
    end: () => ({ frames, bytes, sha256: hash.digest('hex') }),
  }
}
