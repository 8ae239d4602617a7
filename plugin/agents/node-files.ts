import { limits } from '../../shared/limits.ts'
import { decodeFilePiece, type FilePiece } from '../../shared/protocol/file.ts'
import { ProtocolViolation } from '../../shared/protocol/frame.ts'
import type { RecordOrder } from '../../shared/protocol/messages.ts'

/** Destination of the files recorded in one attempt to read a node. */
export interface NodeFiles {
  /** Resolves when it can accept more. */
  add(piece: FilePiece): Promise<void>
  /** Commits the files after all of them have arrived. */
  keep(): void
  /** Discards the files of a failed attempt. */
  drop(): void
}

/** How a run is recorded, and where to. */
export interface Recorder {
  readonly order: RecordOrder
  /** Milliseconds since the epoch. */
  readonly now: () => number
  open(node: string): NodeFiles
}

/** Validates the file pieces of one session: complete files, one after the other, within limits. */
export class FileInbox {
  readonly #files: NodeFiles
  #current: { readonly path: string; readonly size: number } | null = null
  #bytes = 0
  #count = 0

  constructor(files: NodeFiles) {
    this.#files = files
  }

  /** Accepts the payload of a file frame. Throws ProtocolViolation. */
  async accept(payload: Uint8Array): Promise<void> {
    const piece = decodeFilePiece(payload)
    const { path, size, last } = piece
    if (this.#current === null) this.#begin(piece)
    else if (this.#current.path !== path || this.#current.size !== size)
      throw new ProtocolViolation('FILE_ORDER', 'the agent begins a file before the one before it is whole')
    this.#current = last ? null : { path, size }
    await this.#files.add(piece)
  }

  /** Throws ProtocolViolation when a file is incomplete. */
  finish(): void {
    if (this.#current !== null) throw new ProtocolViolation('FILE_ORDER', 'the agent ends in the middle of a file')
  }

  #begin({ size }: FilePiece): void {
    this.#bytes += size
    this.#count += 1
    const isWithin =
      size <= limits.recordedFileBytes && this.#bytes <= limits.recordedBytes && this.#count <= limits.recordedFiles
    if (!isWithin) throw new ProtocolViolation('SESSION_BYTES', 'the agent sends more files than it may')
  }
}
