import type { Paint } from '../report/paint.ts'

/** What a command may use of the process it runs in; `main.ts` makes the real one and is the only writer. */
export interface Io {
  /** The result: stdout. */
  readonly out: (text: string) => void
  /** Bytes of a result that is no text: stdout. Resolves when there is room for more, and rejects when nobody reads. */
  readonly outBytes: (bytes: Uint8Array) => Promise<void>
  /** False where stdout is a terminal, which bytes would confuse. */
  readonly takesBytes: boolean
  /** Bytes that come in: stdin. */
  readonly input: () => AsyncIterable<Uint8Array>
  /** A line that stays: stderr. */
  readonly note: (line: string) => void
  /** A line that the next one replaces on a terminal; null clears it. */
  readonly progress: (line: string | null) => void
  readonly paint: Paint
  /** Columns of stdout; no limit when it is not a terminal. */
  readonly width: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Aborted by Ctrl-C, SIGTERM or a closed pipe. */
  readonly signal: AbortSignal
  /** Folder with the agent and the pages of the checks. */
  readonly assets: URL
}
