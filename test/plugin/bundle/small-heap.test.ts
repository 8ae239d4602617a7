import { expect, test } from 'vitest'
import { sweepBehind } from '../../../plugin/bundle/small-heap.ts'

const megabyte = 1 << 20

test('garbage is collected once for so many megabytes that passed', () => {
  let collected = 0
  const sweep = sweepBehind(() => {
    collected += 1
  })
  for (let passed = 0; passed < 64; passed += 1) sweep(megabyte)
  expect(collected).toBe(4)
})

test('what passed does not stay in memory', () => {
  const sweep = sweepBehind()
  const before = process.memoryUsage().arrayBuffers
  for (let passed = 0; passed < 48; passed += 1) sweep(Buffer.alloc(megabyte).length)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * megabyte)
})
