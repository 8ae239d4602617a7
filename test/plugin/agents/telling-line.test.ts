import { expect, test } from 'vitest'
import { tellingLine } from '../../../plugin/agents/telling-line.ts'

test.each([
  [
    'the error above a stack',
    'start\nthrow new Error("x")\n     ^\n\nError: boom\n    at f (a.js:1:1)\n\nNode.js v24.1.0\n',
    'Error: boom',
  ],
  ['the last line where nothing is an error', 'one\ntwo\n\n', 'two'],
  ['nothing of an empty log', '\n\n', ''],
  ['an error that is followed by more', 'netcheck: Error: no token\nbye\n', 'netcheck: Error: no token'],
])('it is %s', (_name, log, line) => {
  expect(tellingLine(log.split('\n'))).toBe(line)
})

test('control characters do not pass', () => {
  expect(tellingLine(['\u001b[31mError\u0007'])).toBe('\uFFFD[31mError\uFFFD')
})
