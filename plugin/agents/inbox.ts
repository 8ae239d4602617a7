import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { messageOf } from '../../shared/errors.ts'
import { limits } from '../../shared/limits.ts'
import { type PartDefinition, parsePart } from '../../shared/part.ts'
import { decodeChunk } from '../../shared/protocol/chunk.ts'
import { ProtocolViolation } from '../../shared/protocol/frame.ts'
import type { End } from '../../shared/protocol/messages.ts'
import { type Part, unavailable } from '../../shared/reading.ts'

interface Body {
  readonly pieces: Uint8Array[]
  readonly gzip: boolean
  whole: boolean
}

/** Assembles and counts the chunks of one session. Never holds more than `limits.sessionBytes`. */
export class Inbox {
  readonly #asked: ReadonlySet<string>
  readonly #bodies = new Map<string, Body>()
  readonly #hash = createHash('sha256')
  #frames = 0
  #bytes = 0
  #held = 0

  constructor(asked: readonly string[]) {
    this.#asked = new Set(asked)
  }

  /** Adds a payload to the sums that the agent keeps too. */
  count(payload: Uint8Array): void {
    this.#frames += 1
    this.#bytes += payload.length
    this.#hash.update(payload)
  }

  /** Accepts the payload of a chunk frame. Throws ProtocolViolation. */
  accept(payload: Uint8Array): void {
    this.count(payload)
    this.#held += payload.length
    if (this.#held > limits.sessionBytes) {
      throw new ProtocolViolation('SESSION_BYTES', `the agent sends more than ${limits.sessionBytes} bytes`)
    }
    const { part, gzip, last, bytes } = decodeChunk(payload)
    const body = this.#bodies.get(part) ?? { pieces: [], gzip, whole: false }
    if (!this.#asked.has(part) || body.whole) {
      throw new ProtocolViolation(
        'CHUNK_PART',
        `the agent sends part "${part}", which was not asked for, or sends it twice`,
      )
    }
    body.pieces.push(bytes)
    body.whole = last
    this.#bodies.set(part, body)
  }

  /** Compares what arrived with the agent's sums and returns the hash to acknowledge. Throws ProtocolViolation. */
  finish({ frames, bytes, sha256 }: End): string {
    if (frames !== this.#frames || bytes !== this.#bytes) {
      throw new ProtocolViolation(
        'END_COUNT',
        `of ${frames} frames with ${bytes} bytes, ${this.#frames} with ${this.#bytes} arrived`,
      )
    }
    const digest = this.#hash.copy().digest('hex')
    if (sha256 !== digest) throw new ProtocolViolation('END_HASH', 'what arrived is not what the agent sent')
    return digest
  }

  /** Names of requested parts that have not arrived completely. */
  missing(): readonly string[] {
    return [...this.#asked].filter(name => !this.#bodies.get(name)?.whole)
  }

  /** The received part, validated by its schema; unavailable when it is absent, malformed or too large. */
  async open(name: string, definition: PartDefinition<unknown>): Promise<Part<unknown>> {
    const body = this.#bodies.get(name)
    if (!body?.whole) return { ...unavailable('failed', 'the agent did not send it'), ms: 0 }
    try {
      const bytes = Buffer.concat(body.pieces)
      const text = body.gzip ? await inflate(bytes, { maxOutputLength: limits.partBytes }) : bytes
      return parsePart(definition, JSON.parse(text.toString('utf8')))
    } catch (error) {
      const isLarge = error instanceof RangeError
      return {
        ...unavailable(isLarge ? 'too-large' : 'malformed', `what the agent sent cannot be read: ${messageOf(error)}`),
        ms: 0,
      }
    }
  }
}

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)
