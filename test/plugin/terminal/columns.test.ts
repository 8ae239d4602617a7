import { expect, test } from 'vitest'
import { columnsOf } from '../../../plugin/terminal/columns.ts'

test('a terminal has its columns, at least forty', () => {
  expect(columnsOf({ isTTY: true, columns: 120 })).toBe(120)
  expect(columnsOf({ isTTY: true, columns: 7 })).toBe(40)
})

test('a pipe and a terminal without a size have none', () => {
  expect(columnsOf({ columns: 120 })).toBeNull()
  expect(columnsOf({ isTTY: true, columns: 0 })).toBeNull()
  expect(columnsOf({ isTTY: true })).toBeNull()
})
