import { limits } from '../../shared/limits.ts'
import { decodeFilePiece, type FilePiece } from '../../shared/protocol/file.ts'
import { ProtocolViolation } from '../../shared/protocol/frame.ts'
import type { RecordOrder } from '../../shared/protocol/messages.ts'

/** Where the recorded files of one attempt at a node go. */
export interface NodeFiles {
  /** Resolves when there is room for more. */
  add(piece: FilePiece): Promise<void>
  /** All files are there, as the agent sent them. */
  keep(): void
  /** The attempt failed; what was added is void. */
  drop(): void
}

/** That a collection is recorded, and where to. */
export interface Recorder {
  readonly order: RecordOrder
  /** Milliseconds since the epoch. */
  readonly now: () => number
  open(node: string): NodeFiles
}

/** Checks the pieces of one session: whole files, one after the other, within limits. */
export class FileInbox {
  readonly #files: NodeFiles
  #current: { readonly path: string; readonly size: number } | null = null
  #bytes = 0
  #count = 0

  constructor(files: NodeFiles) {
    this.#files = files
  }

  /** Takes the payload of one file frame. Throws ProtocolViolation. */
  async accept(payload: Uint8Array): Promise<void> {
    const piece = decodeFilePiece(payload)
    const { path, size, last } = piece
    if (this.#current === null) this.#begin(piece)
    else if (this.#current.path !== path || this.#current.size !== size)
      throw new ProtocolViolation('FILE_ORDER', 'the agent begins a file before the one before it is whole')
    this.#current = last ? null : { path, size }
    await this.#files.add(piece)
  }

  /** Throws ProtocolViolation when a file is not whole. */
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
