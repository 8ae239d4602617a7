import { expect, test } from 'vitest'
import type { Oddity } from '../../../plugin/model/odd-one-out.ts'
import { renderOddities } from '../../../plugin/report/oddities.ts'

const oddity = (change: Partial<Oddity> = {}): Oddity => ({
  node: 'node2',
  group: 'workers',
  fact: 'net/ipv4/ip_forward',
  value: '0',
  usual: '1',
  share: { usual: 2, known: 3 },
  ...change,
})

test('each fact is a line with its node, its value and that of most nodes', () => {
  const [, header, line] = renderOddities([oddity()]).split('\n')
  expect(header?.split(/ {2,}/)).toEqual(['NODE', 'DIFFERS IN', 'HAS', 'MOST NODES LIKE IT HAVE'])
  expect(line?.split(/ {2,}/)).toEqual(['node2', 'net/ipv4/ip_forward', '0', '1 (2 of 3)'])
})

test('nothing is printed where nothing differs', () => {
  expect(renderOddities([])).toBe('')
})

test('of many facts the first are shown and the others counted', () => {
  const text = renderOddities(Array.from({ length: 23 }, (_, n) => oddity({ fact: `fact ${n}` })))
  expect(text).toContain('and 3 more')
  expect(text).not.toContain('fact 20')
})

test('text of a node cannot break the table', () => {
  expect(renderOddities([oddity({ value: 'a\u001b[31m\nb' })])).not.toMatch(/\u001b|\nb/)
})
