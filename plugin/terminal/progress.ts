/**
 * Progress on stderr. On a terminal each line replaces the one before; elsewhere lines follow one another, and the same
 * line is not written twice. null clears the line on a terminal.
 */
export function makeProgress({ write, live }: { write: (text: string) => void; live: boolean }) {
  let shown = ''
  return (line: string | null): void => {
    if (line === shown || (line === null && shown === '')) return
    if (live) write(`\r\u001b[K${line ?? ''}`)
    else if (line !== null) write(`${line}\n`)
    shown = line ?? ''
  }
}
