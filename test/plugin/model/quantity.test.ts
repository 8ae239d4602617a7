import { expect, test } from 'vitest'
import { bytesOf } from '../../../plugin/model/quantity.ts'

test.each([
  ['170Mi', 170 * 2 ** 20],
  ['1.5G', 1.5e9],
  ['1024', 1024],
  ['100k', 1e5],
  ['128974848000m', 128_974_848],
  ['much', null],
  ['1KiB', null],
  [null, null],
])('%j is %j bytes', (quantity, bytes) => {
  expect(bytesOf(quantity)).toBe(bytes)
})
