import { expect, test } from 'vitest'
import { makeProgress } from '../../../plugin/terminal/progress.ts'

/** Writes lines, each some milliseconds after the one before, and gives everything that was written. */
function record(live: boolean, lines: readonly (readonly [afterMs: number, line: string | null])[]): string {
  let written = ''
  let clock = 0
  const write = (text: string) => {
    written += text
  }
  const progress = makeProgress({ columns: () => (live ? 20 : null), write, now: () => clock })
  for (const [afterMs, line] of lines) {
    clock += afterMs
    progress(line)
  }
  return written
}

test('on a terminal each line replaces the one before and null clears it', () => {
  expect(
    record(true, [
      [0, 'a'],
      [0, 'b'],
      [0, null],
    ]),
  ).toBe('\r\u001b[Ka\r\u001b[Kb\r\u001b[K')
})

test('on a terminal the same line and a needless clearing write nothing', () => {
  expect(
    record(true, [
      [0, null],
      [0, 'a'],
      [0, 'a'],
    ]),
  ).toBe('\r\u001b[Ka')
})

test('in a log lines stay, seldom and without control characters', () => {
  expect(
    record(false, [
      [0, 'a'],
      [6000, 'b'],
      [100, 'c'],
      [0, null],
      [6000, 'd'],
    ]),
  ).toBe('b\nd\n')
})

test('a line is cut before it wraps, because a wrapped line could not be replaced', () => {
  const written = record(true, [[0, 'x'.repeat(50)]])
  expect(written.replace('\r\u001b[K', '')).toBe(`${'x'.repeat(18)}…`)
})
