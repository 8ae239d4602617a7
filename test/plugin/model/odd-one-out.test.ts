import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupOf } from '../../../plugin/model/node-group.ts'
import { type Facts, oddOnesOut } from '../../../plugin/model/odd-one-out.ts'
import { apiNode } from '../../support/api-objects.ts'

const nodes = (...values: (string | null)[]): ReadonlyMap<string, Facts> =>
  new Map(values.map((value, i) => [`n${i + 1}`, new Map(value === null ? [] : [['fact', value]])]))
const odd = (given: ReadonlyMap<string, Facts>, groupOf = (_: string) => 'all') =>
  oddOnesOut(given, groupOf).map(({ node }) => node)

test('who differs from two thirds of its group is odd', () => {
  expect(odd(nodes('a', 'b', 'a'))).toEqual(['n2'])
  expect(odd(nodes('a', 'b', 'a', 'b'))).toEqual([])
  expect(odd(nodes('a', 'b', 'c'))).toEqual([])
})

test('two nodes have no majority, nor have two of which the fact is known', () => {
  expect(odd(nodes('a', 'b'))).toEqual([])
  expect(odd(nodes('a', 'b', null))).toEqual([])
})

test('what is not known of a node is not odd', () => expect(odd(nodes('a', 'a', null, 'a'))).toEqual([]))

test('groups do not count for each other', () => {
  const pools = (name: string) => (name === 'n4' ? 'edge' : 'general')
  expect(odd(nodes('a', 'a', 'a', 'b'), pools)).toEqual([])
})

test('an odd node never has what is usual, and the order of nodes does not matter', () => {
  const values = fc.array(fc.constantFrom('a', 'b', null), { minLength: 3, maxLength: 9 })
  fc.assert(
    fc.property(values, list => {
      const given = nodes(...list)
      const found = oddOnesOut(given, () => 'all')
      for (const { value, usual, share } of found) {
        expect(value).not.toBe(usual)
        expect(share.usual * 3).toBeGreaterThanOrEqual(share.known * 2)
      }
      expect(oddOnesOut(new Map([...given].reverse()), () => 'all')).toEqual(found)
    }),
  )
})

test('nodes are grouped by image, architecture, machine type and pool', () => {
  const base = apiNode({ osImage: 'Debian 13', labels: { agentpool: 'a' } })
  expect(groupOf(base)).toBe(groupOf(apiNode({ name: 'other', osImage: 'Debian 13', labels: { agentpool: 'a' } })))
  expect(groupOf(base)).not.toBe(groupOf({ ...base, labels: { agentpool: 'b' } }))
  expect(groupOf(base)).not.toBe(groupOf({ ...base, osImage: 'Debian 12' }))
  expect(groupOf(base)).not.toBe(groupOf({ ...base, architecture: 'arm64' }))
})
