import { expect, test } from 'vitest'
import { klogAge } from '../../../plugin/model/klog-time.ts'

const now = Date.parse('2026-01-01T00:05:00Z')

test('a line of klog has an age', () => {
  expect(klogAge('E0101 00:04:00.000001       1 server.go:1] x', now)).toBe(60_000)
})

test('a line with the time of the runtime before it too', () => {
  expect(klogAge('2026-01-01T00:04:00Z stderr F I0101 00:04:30.5 1 x', now)).toBe(30_000)
})

test('a line of December is of last year in January', () => {
  expect(klogAge('W1231 23:55:00.000001       1 server.go:1] x', now)).toBe(600_000)
})

test.each(['error: no kind', 'E9999 00:00:00.1 x', ''])('%j tells no time', text => {
  expect(klogAge(text, now)).toBeNull()
})
