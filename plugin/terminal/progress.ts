/** Interval in ms of lines that are not replaced, as in a CI log. */
const quietMs = 5_000

/**
 * Shows progress on stderr. On a terminal each line replaces the previous one, and null clears it. Elsewhere a line is
 * written now and then, so that a log shows what a slow run waits for.
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

/** A wrapped line could not be replaced. */
const shorten = (line: string, width: number): string => (line.length < width ? line : `${line.slice(0, width - 2)}…`)

interface ProgressOptions {
  readonly write: (text: string) => void
  /** Columns of the terminal; null where there is none. */
  readonly columns: () => number | null
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
