import type * as z from 'zod/mini'
import { chunksOf, decodeChunk, encodeChunk, isPartName } from '../../shared/protocol/chunk.ts'
import { decodeFilePiece, encodeFilePiece, isRecordedPath, piecesOf } from '../../shared/protocol/file.ts'
import { decodeFrame, encodeFrame } from '../../shared/protocol/frame.ts'
import {
  ackSchema,
  collectSchema,
  encodeMessage,
  endSchema,
  failureSchema,
  helloSchema,
  parseMessage,
  progressSchema,
  readySchema,
} from '../../shared/protocol/messages.ts'
import { releaseRequestSchema } from '../../shared/protocol/release.ts'
import { type Entries, entry, toBytes } from './entry.ts'

const schemas: readonly z.ZodMiniType<unknown>[] = [
  readySchema,
  helloSchema,
  collectSchema,
  endSchema,
  ackSchema,
  failureSchema,
  progressSchema,
]

/** Every function of `shared/protocol`. What was decoded must give the same bytes again. */
export const protocolEntries: Entries = {
  frame: {
    decodeFrame: entry('frame.bin', text => same(text, encodeFrame(decodeFrame(toBytes(text))))),
    encodeFrame: entry(
      'frame.bin',
      text => decodeFrame(encodeFrame({ kind: 3, sequence: text.length, payload: toBytes(text) })).sequence,
    ),
  },
  chunk: {
    decodeChunk: entry('chunk.bin', text => same(text, encodeChunk(decodeChunk(toBytes(text))))),
    encodeChunk: entry('chunk.bin', text =>
      same(text, decodeChunk(encodeChunk({ part: 'links', gzip: false, last: true, bytes: toBytes(text) })).bytes),
    ),
    chunksOf: entry('chunk.bin', text =>
      same(text, Buffer.concat([...chunksOf('links', toBytes(text), true)].map(({ bytes }) => bytes))),
    ),
    isPartName: entry('chunk.bin', isPartName),
  },
  file: {
    decodeFilePiece: entry('file.bin', text => same(text, encodeFilePiece(decodeFilePiece(toBytes(text))))),
    encodeFilePiece: entry('file.bin', text => {
      const piece = { path: 'files/x', size: text.length, gzip: true, last: false, bytes: toBytes(text) }
      return same(text, decodeFilePiece(encodeFilePiece(piece)).bytes)
    }),
    piecesOf: entry('file.bin', text => {
      const file = { path: 'node.json', size: text.length, gzip: false, bytes: toBytes(text) }
      return same(text, Buffer.concat([...piecesOf(file)].map(({ bytes }) => bytes)))
    }),
    isRecordedPath: entry('file.bin', isRecordedPath),
  },
  messages: {
    parseMessage: entry('messages.txt', text => {
      const payload = new TextEncoder().encode(text)
      const schema = schemas[text.length % schemas.length] ?? endSchema
      return parseMessage(schema, payload)
    }),
    encodeMessage: entry('messages.txt', text => encodeMessage(text).length),
  },
  release: {
    releaseRequestSchema: entry('release.txt', text =>
      parseMessage(releaseRequestSchema, new TextEncoder().encode(text)),
    ),
  },
}

function same(text: string, bytes: Uint8Array): number {
  if (Buffer.compare(toBytes(text), bytes) !== 0) throw new Error('decoding and encoding give other bytes')
  return bytes.length
}
