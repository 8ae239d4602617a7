/** Milliseconds between two lines where lines stay, as in the log of a CI job. */
const quietMs = 5_000

/**
 * Progress on stderr. On a terminal each line replaces the one before, and null clears it. Elsewhere a line is written
 * now and then, so that a log shows what a slow run waits for.
 */
export function makeProgress({ write, live, now }: ProgressOptions): (line: string | null) => void {
  let shown = ''
  let last = now()
  return line => {
    if (live) {
      if (line === shown || (line === null && shown === '')) return
      write(`\r\u001b[K${line ?? ''}`)
      shown = line ?? ''
    } else if (line !== null && now() - last >= quietMs) {
      write(`${line}\n`)
      last = now()
    }
  }
}

interface ProgressOptions {
  readonly write: (text: string) => void
  /** Whether stderr is a terminal. */
  readonly live: boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
