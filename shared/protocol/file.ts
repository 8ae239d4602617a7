import { limits } from '../limits.ts'
import { ProtocolViolation } from './frame.ts'

/**
 * Payload of a file frame: flags (1 byte: 1 = gzip, 2 = last piece of this file), size of the whole file before gzip (4,
 * big endian), length of the path (2, big endian), path (UTF-8), bytes. The pieces of one file come in order, with no
 * other file between them; parts may.
 */
export interface FilePiece {
  /** Relative to `nodes/<node>/` of a bundle. */
  readonly path: string
  readonly size: number
  readonly gzip: boolean
  readonly last: boolean
  readonly bytes: Uint8Array
}

const flag = { gzip: 1, last: 2 } as const
const headBytes = 7
/** A bundle prepends the names of its folder and of the node, and paths are limited to 4,096 bytes. */
const mostPathBytes = 3500
const mostSteps = 60
const encoder = new TextEncoder()

/** Encodes the payload of a file frame. */
export function encodeFilePiece({ path, size, gzip, last, bytes }: FilePiece): Uint8Array {
  const name = encoder.encode(path)
  const payload = new Uint8Array(headBytes + name.length + bytes.length)
  const view = new DataView(payload.buffer)
  view.setUint8(0, (gzip ? flag.gzip : 0) | (last ? flag.last : 0))
  view.setUint32(1, size)
  view.setUint16(5, name.length)
  payload.set(name, headBytes)
  payload.set(bytes, headBytes + name.length)
  return payload
}

/** Decodes the payload of a file frame; its bytes share memory with it. Throws ProtocolViolation. */
export function decodeFilePiece(payload: Uint8Array): FilePiece {
  if (payload.length < headBytes) throw new ProtocolViolation('FILE_HEADER', 'a piece of a file has no valid header')
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const flags = view.getUint8(0)
  const end = headBytes + view.getUint16(5)
  if (flags > 3 || payload.length < end) {
    throw new ProtocolViolation('FILE_HEADER', 'a piece of a file has no valid header')
  }
  const path = decodePath(payload.subarray(headBytes, end))
  if (path === null) throw new ProtocolViolation('FILE_PATH', 'a piece of a file has no path that may be recorded')
  return {
    path,
    size: view.getUint32(1),
    gzip: (flags & flag.gzip) !== 0,
    last: (flags & flag.last) !== 0,
    bytes: payload.subarray(end),
  }
}

/** Splits the body of a file into pieces that fit into a frame; an empty body is one empty piece. */
export function* piecesOf(file: Omit<FilePiece, 'last'>): Generator<FilePiece> {
  const { bytes, ...rest } = file
  const room = limits.frameBytes - headBytes - encoder.encode(file.path).length
  for (let start = 0; start === 0 || start < bytes.length; start += room) {
    yield { ...rest, last: start + room >= bytes.length, bytes: bytes.subarray(start, start + room) }
  }
}

/** Whether a path leads to a recorded file and never outside of its node's folder. */
export function isRecordedPath(path: string): boolean {
  if (path.length > mostPathBytes || !isRecorded.test(path) || /[\u0000-\u001f\u007f]/.test(path)) return false
  const steps = path.split('/')
  const leadsAway = steps.some(step => step === '' || step === '.' || step === '..')
  return !leadsAway && steps.length <= mostSteps && encoder.encode(path).length <= mostPathBytes
}

const isRecorded = /^(?:files\.json|node\.json|(?:files|commands|cri|http|netns)\/.+)$/s

function decodePath(bytes: Uint8Array): string | null {
  try {
    const path = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return isRecordedPath(path) ? path : null
  } catch {
    return null
  }
}
