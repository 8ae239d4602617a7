import { refuse } from '../refusal.ts'

/** Lines without their line endings. Throws NetcheckError `BUNDLE` for a line longer than `most` characters. */
export async function* linesOf(text: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let begun: string[] = []
  let length = 0
  for await (const chunk of text) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    begun.push(first)
    length += first.length
    if (length > most) throw refuse('it holds a line that is longer than allowed')
    if (others.length === 0) continue
    yield withoutReturn(begun.join(''))
    const last = others.pop() ?? ''
    for (const line of others) yield withoutReturn(line)
    begun = [last]
    length = last.length
  }
  yield withoutReturn(begun.join(''))
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
