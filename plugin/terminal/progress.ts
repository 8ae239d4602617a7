/** Milliseconds between two lines where lines stay, as in the log of a CI job. */
const quietMs = 5_000

/**
 * Progress on stderr. On a terminal each line replaces the one before, and null clears it. Elsewhere a line is written
 * now and then, so that a log shows what a slow run waits for.
 */
export function makeProgress({ write, columns, now }: ProgressOptions): (line: string | null) => void {
  let shown = ''
  let last = now()
  return line => {
    const width = columns()
    if (width !== null) {
      if (line === shown || (line === null && shown === '')) return
      write(`\r\u001b[K${shorten(line ?? '', width)}`)
      shown = line ?? ''
    } else if (line !== null && now() - last >= quietMs) {
      write(`${line}\n`)
      last = now()
    }
  }
}

/** A line that wraps could not be replaced. */
const shorten = (line: string, width: number): string => (line.length < width ? line : `${line.slice(0, width - 2)}…`)

interface ProgressOptions {
  readonly write: (text: string) => void
  /** Columns of the terminal; null where there is none. */
  readonly columns: () => number | null
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
