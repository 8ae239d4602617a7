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
import { type ReleaseRequest, releaseRequestSchema } from '../../shared/protocol/release.ts'
import { type Entries, type Entry, entry, toBytes } from './entry.ts'

const lockMs = 1_000
const run = '20261121T101500Z-0a1b2c3d'
const address = { network: 'pods', address: '10.244.0.7', containerId: 'c1', interfaceName: 'eth0', inode: 7 }
const left = { name: 'cni-5d1b7f0a-1c2e-4b6f-8a90-000000000001', containerId: 'c2' }

/** One of each: the types keep them up to date. */
const requests: readonly ReleaseRequest[] = [
  { format: 1, action: 'release', run, graceMs: 1_000, lockMs, addresses: [address] },
  { format: 1, action: 'undo', run, lockMs },
  { format: 1, action: 'runs' },
  { format: 1, action: 'remove-namespaces', run, namespaces: [left] },
]

const place = { label: 'a', node: null, pod: null }
const collect: z.infer<typeof collectSchema> = {
  parts: ['links', 'conntrack'],
  partMs: 10_000,
  probes: [
    { ...place, kind: 'tcp', purpose: 'pod', address: '10.244.1.2', port: 80 },
    { ...place, kind: 'dns-udp', purpose: 'dns-pod', address: 'fd00::2', port: 53, name: 'web.shop.svc' },
  ],
  record: { logBytes: 1_024, sinceMinutes: 60 },
}

/** A parser of messages, with valid examples. */
const message = <T>(schema: z.ZodMiniType<T>, ...examples: readonly T[]): Entry => ({
  seeds: examples.map(example => JSON.stringify(example)),
  parse: text => parseMessage(schema, new TextEncoder().encode(text)),
})

/** Every function of `shared/protocol`. Encoding a decoded value must give the same bytes. */
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
    isPartName: entry('part-name.txt chunk.bin', isPartName),
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
    isRecordedPath: entry('recorded-path.txt file.bin', isRecordedPath),
  },
  messages: {
    parseMessage: message(helloSchema, {
      agent: '0.1.0',
      protocol: 1,
      node: 'n1',
      bootId: 'b0',
      now: 1_763_692_370_123,
    }),
    ready: message(readySchema, { netcheck: 'ready', protocol: 1, port: 40_123 }),
    collect: message(collectSchema, collect),
    end: message(endSchema, { frames: 3, bytes: 1_234, sha256: 'ab'.repeat(32) }),
    ack: message(ackSchema, { sha256: 'ab'.repeat(32) }),
    failure: message(failureSchema, { code: 'FRAME_JSON', message: 'a message is no JSON' }),
    progress: message(progressSchema, { waiting: ['conntrack'] }),
    encodeMessage: entry('bundle-about.txt', text => encodeMessage(text).length),
  },
  release: { releaseRequestSchema: message(releaseRequestSchema, ...requests) },
}

function same(text: string, bytes: Uint8Array): number {
  if (Buffer.compare(toBytes(text), bytes) !== 0) throw new Error('decoding and encoding give other bytes')
  return bytes.length
}
