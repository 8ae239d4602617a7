import { expect, test } from 'vitest'
import { matchesSelector } from '../../../plugin/kube/selector.ts'

const labels = { zone: 'a', 'kubernetes.io/os': 'linux' }

test.each([
  ['zone=a', true],
  ['zone==a', true],
  ['zone!=a', false],
  ['pool!=x', true],
  ['zone', true],
  ['!zone', false],
  ['!pool', true],
  ['toString', false],
  ['zone in (a, b)', true],
  ['zone notin (a,b)', false],
  ['pool notin (x)', true],
  ['zone=a,kubernetes.io/os=linux', true],
  ['zone in (a,b),pool', false],
])('%s is %s', (selector, expected) => expect(matchesSelector(selector, labels)).toBe(expected))

test.each(['=a', 'a in b', 'a=(', 'a b', ''])('"%s" is refused', selector => {
  expect(() => matchesSelector(selector, labels)).toThrow(/label selector/)
})
