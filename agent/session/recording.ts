import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { rememberHost } from '../../shared/discovery/remember-host.ts'
import type { Host } from '../../shared/host.ts'
import { limits } from '../../shared/limits.ts'
import { isRecordedPath } from '../../shared/protocol/file.ts'
import type { RecordOrder } from '../../shared/protocol/messages.ts'
import type { Part } from '../../shared/reading.ts'
import { describeNode } from '../../shared/recording/node-file.ts'
import { recordHost, type Write } from '../../shared/recording/record-host.ts'
import { type LeftOut, readSupportLogs } from '../../shared/recording/support-logs.ts'
import type { Outbox } from './outbox.ts'

/** A collection whose every read is also sent as a file. */
export interface Recording {
  /** Use this instead of the live host. */
  readonly host: Host
  readonly note: (name: string, part: Part<unknown>) => void
  /** Reads the logs meant for people, then sends the files that describe the recording. */
  readonly finish: () => Promise<void>
}

interface Surroundings {
  readonly outbox: Pick<Outbox, 'file'>
  /** Milliseconds since the epoch, by the node's clock. */
  readonly now: () => number
}

/** Begins to record a host. */
export function startRecording(live: Host, order: RecordOrder, { outbox, now }: Surroundings): Recording {
  const startedAt = now()
  const clockSkewMs = order.now === undefined ? undefined : Math.round(startedAt - order.now)
  const outcomes = new Map<string, Part<unknown>>()
  const left: LeftOut[] = []
  const send = boundedWrite(outbox, left)
  const recorder = recordHost(live, send)
  // The cache wraps the recorder, so that a file that is read twice is sent once.
  const host = rememberHost(recorder.host)
  return {
    host,
    note: (name, part) => void outcomes.set(name, part),
    finish: async () => {
      left.push(...(await readSupportLogs(host, { ...order, now: now() })))
      for (const [path, bytes] of recorder.files()) await send(path, bytes)
      const at = new Date(startedAt).toISOString()
      await send('node.json', describeNode(at, [...outcomes], { unrecorded: left, clockSkewMs }))
    },
  }
}

/** Reserved for the descriptive files, which are sent last. */
const reserve = { bytes: 32 << 20, files: 1_000 } as const
const mostNamed = 1_000
const isLast = /(?:^|\/)(?:files|node)\.json$/

/** Sends files while the session's limits allow it; the rest is listed in `left`. */
function boundedWrite(outbox: Pick<Outbox, 'file'>, left: LeftOut[]): Write {
  const sent = { bytes: 0, files: 0 }
  const refuse = (what: string, message: string) => {
    if (left.length < mostNamed) left.push({ what, message })
  }
  return async (path, bytes) => {
    const kept = isLast.test(path) ? { bytes: 0, files: 0 } : reserve
    if (!isRecordedPath(path)) return refuse(path.slice(0, 300), 'a bundle can hold no file of this name')
    if (bytes.length > limits.recordedFileBytes) return refuse(path, `it has ${bytes.length} bytes`)
    if (
      sent.bytes + bytes.length > limits.recordedBytes - kept.bytes ||
      sent.files >= limits.recordedFiles - kept.files
    )
      return refuse(path, 'the recording of this node has reached its limit')
    sent.bytes += bytes.length
    sent.files += 1
    // A disconnected client is handled by the session.
    await outbox.file(await packFile(path, bytes)).catch(() => undefined)
  }
}

/** Smaller files are not worth compressing. */
const gzipFrom = 1 << 10
const compress = promisify<Uint8Array, { level: number }, Uint8Array>(gzip)

async function packFile(path: string, bytes: Uint8Array) {
  const size = bytes.length
  if (size < gzipFrom) return { path, size, gzip: false, bytes }
  return { path, size, gzip: true, bytes: await compress(bytes, { level: 1 }) }
}
