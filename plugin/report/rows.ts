/** Wraps text between words into at most `most` rows of `width` characters; the rest is cut off. */
export function rowsOf(text: string, { width, most }: { readonly width: number; readonly most: number }): string[] {
  const room = Math.max(1, width)
  if (text.length <= room) return [text]
  if (most <= 1) return [`${text.slice(0, room - 1)}…`]
  const space = text.lastIndexOf(' ', room)
  const end = space > room / 2 ? space : room
  return [text.slice(0, end), ...rowsOf(text.slice(end).trimStart(), { width, most: most - 1 })]
}

/**
 * Shortens text to about `max` characters, at least 60, by leaving out its middle: error messages end with the reason.
 */
export function shortened(text: string, max: number): string {
  const room = Math.max(60, max)
  if (text.length <= room) return text
  const head = Math.floor(room * 0.4)
  return `${text.slice(0, head)}…${text.slice(text.length - (room - head - 1))}`
}
