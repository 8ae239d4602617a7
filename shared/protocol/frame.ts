import { limits } from '../limits.ts'

/**
 * One WebSocket binary message: kind (1 byte), sequence (4, big endian, from 0 without gaps, per direction), length of
 * the payload (4, big endian), payload. The length detects truncation, because forwarded streams are known to lose
 * their tail.
 */
export const frameKinds = {
  hello: 1,
  collect: 2,
  chunk: 3,
  end: 4,
  ack: 5,
  failure: 6,
  progress: 7,
  /** To and from release agents only. */
  release: 8,
  outcome: 9,
  done: 10,
  /** A piece of a recorded file, only when the collection is recorded. */
  file: 11,
} as const
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

/** A decoded frame. */
export interface Frame {
  readonly kind: FrameKind
  readonly sequence: number
  readonly payload: Uint8Array
}

/** Size of a frame's header. */
export const headerBytes = 9

/** Codes of all protocol violations. */
export type ViolationCode =
  | 'FRAME_SHORT'
  | 'FRAME_LONG'
  | 'FRAME_KIND'
  | 'FRAME_LENGTH'
  | 'FRAME_SEQUENCE'
  | 'FRAME_JSON'
  | 'CHUNK_HEADER'
  | 'CHUNK_PART'
  | 'FILE_HEADER'
  | 'FILE_PATH'
  | 'FILE_ORDER'
  | 'SESSION_BYTES'
  | 'END_COUNT'
  | 'END_HASH'

/** A violation of the protocol by the other side. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation'
  readonly code: ViolationCode
  constructor(code: ViolationCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Encodes one WebSocket message. */
export function encodeFrame({ kind, sequence, payload }: Frame): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, kind)
  view.setUint32(1, sequence)
  view.setUint32(5, payload.length)
  bytes.set(payload, headerBytes)
  return bytes
}

/** Decodes one ws message. Throws ProtocolViolation. The payload shares memory with `bytes`. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < headerBytes) throw new ProtocolViolation('FRAME_SHORT', `${bytes.length} bytes are no frame`)
  if (bytes.length > headerBytes + limits.frameBytes) {
    throw new ProtocolViolation('FRAME_LONG', `a frame of ${bytes.length} bytes is larger than ${limits.frameBytes}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = view.getUint8(0)
  if (!isKind(kind)) throw new ProtocolViolation('FRAME_KIND', `frame kind ${kind} is unknown`)
  const length = view.getUint32(5)
  if (length !== bytes.length - headerBytes) {
    throw new ProtocolViolation(
      'FRAME_LENGTH',
      `a frame announces ${length} bytes and has ${bytes.length - headerBytes}`,
    )
  }
  return {
    kind,
    sequence: view.getUint32(1),
    payload: bytes.subarray(headerBytes),
  }
}

const known: ReadonlySet<number> = new Set(Object.values(frameKinds))
const isKind = (kind: number): kind is FrameKind => known.has(kind)
