import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createValuePool } from '../../shared/value-pool.ts'

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value))
const rule = { line: 1, text: '-s 10.244.0.0/16 -j KUBE-MARK-MASQ' }

test('what is given back equals what was given, whatever came before', () => {
  const values = fc.array(
    fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.constantFrom(rule, 'a'.repeat(17), 1))),
  )
  fc.assert(
    fc.property(values, values => {
      const pooled = createValuePool()
      for (const value of [...values, ...values]) expect(pooled(copyOf(value))).toEqual(copyOf(value))
    }),
  )
})

test('equal parts of two nodes are one object', () => {
  const pooled = createValuePool()
  const [one, other] = [pooled({ node: 'a', rules: [copyOf(rule)] }), pooled({ node: 'b', rules: [copyOf(rule)] })]
  expect(other.rules).toBe(one.rules)
})

test('equal parts of one node stay two objects, also where another node had them', () => {
  const pooled = createValuePool()
  const twice = () => ({ rules: [copyOf(rule), copyOf(rule)] })
  const [one, other] = [pooled({ node: 'a', ...twice() }), pooled({ node: 'b', ...twice() })]
  expect(one.rules[0]).not.toBe(one.rules[1])
  expect(other.rules[0]).not.toBe(other.rules[1])
  expect(other.rules).toBe(one.rules)
})

test('names that look like the content of others lead to no mistake', () => {
  const pooled = createValuePool()
  pooled({ a: 1, b: 2 })
  expect(pooled({ '1:a=1,1:b': 2 })).toEqual({ '1:a=1,1:b': 2 })
  expect(pooled([{ 0: 'x' }, ['x']])).toEqual([{ 0: 'x' }, ['x']])
})

test('what only one of many nodes told is forgotten, what several told is not', () => {
  const pooled = createValuePool()
  const tell = (part: object) => pooled({ part }).part
  const lonely = tell({ id: 'of one node' })
  const common = tell({ id: 'of several' })
  tell({ id: 'of several' })
  for (let node = 0; node < 20; node += 1) tell({ id: `of node ${node}` })
  expect(tell({ id: 'of several' })).toBe(common)
  expect(tell({ id: 'of one node' })).not.toBe(lonely)
})

test('a text and an object are never taken for each other', () => {
  const pooled = createValuePool()
  const values = [[{ c: 1 }], { a: 'a long enough text' }, { a: { c: 1 } }]
  for (const value of values) expect(pooled(copyOf(value))).toEqual(value)
})
