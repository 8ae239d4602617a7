import type { Paint } from '../report/paint.ts'

/** The process as seen by a command; `main.ts` creates the real one and is the only writer. */
export interface Io {
  /** Writes the result to stdout. */
  readonly out: (text: string) => void
  /** Writes binary results to stdout. Resolves when there is room for more; rejects when the pipe is closed. */
  readonly outBytes: (bytes: Uint8Array) => Promise<void>
  /** False when stdout is a terminal, which binary data would garble. */
  readonly takesBytes: boolean
  /** Reads stdin. */
  readonly input: () => AsyncIterable<Uint8Array>
  /** Writes a line to stderr. */
  readonly note: (line: string) => void
  /** Shows a status line on stderr that the next one replaces on a terminal; null clears it. */
  readonly progress: (line: string | null) => void
  readonly paint: Paint
  /** Columns of stdout; infinite when it is not a terminal. */
  readonly width: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Aborted by Ctrl-C, SIGTERM or a closed pipe. */
  readonly signal: AbortSignal
  /** Folder with the agent and the check pages. */
  readonly assets: URL
}
