import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseConntrackStat, parseConntrackTool } from '../../../shared/formats/conntrack-stat.ts'
import { given, reasonOf } from '../../support/collect.ts'

const header = 'entries  clashres found insert_failed drop  expect_new'

test('columns are summed over CPUs, but for entries, which every row repeats', () => {
  const text = `${header}\n00000010  00000000 00000001 00000002 0000000a  00000000\n00000010  00000001 00000001 00000003 00000005  00000000\n`
  expect(given(parseConntrackStat(text))).toEqual({
    entries: 16,
    clashres: 1,
    found: 2,
    insert_failed: 5,
    drop: 15,
    expect_new: 0,
  })
})

test('sums wrap at 32 bits, as the counters do', () => {
  expect(given(parseConntrackStat('drop\nffffffff\n00000002\n'))).toEqual({ drop: 1 })
})

test.each(['', header, `${header}\n00000010 00000000\n`, 'drop\nxyz\n', 'drop\n-1\n'])('%j is malformed', text => {
  expect(reasonOf(parseConntrackStat(text))).toBe('malformed')
})

test('what the kernel prints is what is read', () => {
  const name = fc.stringMatching(/^[a-z_]{1,15}$/).filter(text => text !== 'entries')
  const table = fc.uniqueArray(name, { minLength: 1, maxLength: 8 }).chain(names =>
    fc.tuple(
      fc.constant(names),
      fc.array(fc.array(fc.nat(0xffff), { minLength: names.length, maxLength: names.length }), {
        minLength: 1,
        maxLength: 64,
      }),
    ),
  )
  fc.assert(
    fc.property(table, ([names, rows]) => {
      const lines = rows.map(row => row.map(value => value.toString(16).padStart(8, '0')).join(' '))
      const sums = names.map((each, column) => [each, rows.reduce((sum, row) => sum + (row[column] ?? 0), 0)])
      expect(given(parseConntrackStat([names.join(' '), ...lines, ''].join('\n')))).toEqual(Object.fromEntries(sums))
    }),
  )
})

test('the tool has other names for the same columns', () => {
  const text =
    'cpu=0   \tfound=1 drop=19 error=2 clash_resolve=3 chaintoolong=4 \ncpu=1   \tfound=1 drop=5 error=0 clash_resolve=0 chaintoolong=0 \n'
  expect(given(parseConntrackTool(text))).toEqual({ found: 2, drop: 24, icmp_error: 2, clashres: 3, chainlength: 4 })
  expect(reasonOf(parseConntrackTool('usage: conntrack'))).toBe('malformed')
  // Minutes, were every letter the begin of a name.
  expect(reasonOf(parseConntrackTool('a'.repeat(1 << 20)))).toBe('malformed')
})

test('text that is no table is malformed, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      for (const parse of [parseConntrackStat, parseConntrackTool])
        expect(['ok', 'malformed']).toContain(reasonOf(parse(text)))
    }),
  )
})
