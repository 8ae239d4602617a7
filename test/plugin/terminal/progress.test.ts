import { expect, test } from 'vitest'
import { makeProgress } from '../../../plugin/terminal/progress.ts'

const record = (live: boolean, lines: readonly (string | null)[]): string => {
  let written = ''
  const progress = makeProgress({
    live,
    write: text => {
      written += text
    },
  })
  for (const line of lines) progress(line)
  return written
}

test('on a terminal each line replaces the one before and null clears it', () => {
  expect(record(true, ['a', 'b', null])).toBe('\r\u001b[Ka\r\u001b[Kb\r\u001b[K')
})

test('elsewhere lines follow one another without control characters or repetition', () => {
  expect(record(false, ['a', 'a', 'b', null])).toBe('a\nb\n')
})

test('clearing what was never shown writes nothing', () => expect(record(true, [null, null])).toBe(''))
