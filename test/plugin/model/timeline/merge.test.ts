import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareEntries, mergeEntries } from '../../../../plugin/model/timeline/merge.ts'
import type { Entry } from '../../../../plugin/model/timeline/timeline.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 3, minute)).toISOString()

const entry = (change: Partial<Entry> = {}): Entry => ({
  at: at(0),
  until: null,
  count: 1,
  node: 'n1',
  namespace: null,
  source: 'kubelet',
  subject: '',
  text: 'failed',
  isBad: true,
  ...change,
})

const anyEntry = fc
  .record({
    minute: fc.nat(5),
    later: fc.option(fc.nat(5), { nil: null }),
    count: fc.integer({ min: 1, max: 9 }),
    node: fc.constantFrom('n1', 'n2', null),
    source: fc.constantFrom('kubelet', 'event', 'kernel'),
    text: fc.constantFrom('failed 1', 'failed 22', 'lost', 'id a1b2c3d4e5f6'),
    isBad: fc.boolean(),
  })
  .map(({ minute, later, ...rest }) =>
    entry({ ...rest, at: at(minute), until: later === null ? null : at(minute + later + 1) }),
  )

const sum = (entries: readonly Entry[]): number => entries.reduce((count, entry) => count + entry.count, 0)
const lastOf = ({ at, until }: Entry): string => until ?? at

test('the same entries in any order give the same timeline, in the order of time', () => {
  const shuffled = fc
    .array(anyEntry, { maxLength: 30 })
    .chain(entries => fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })))
  fc.assert(
    fc.property(shuffled, ([entries, others]) => {
      const { entries: merged } = mergeEntries(entries)
      expect(mergeEntries(others).entries).toEqual(merged)
      expect([...merged].sort(compareEntries)).toEqual(merged)
      const times = merged.map(({ at }) => at)
      expect(times).toEqual([...times].sort())
    }),
  )
})

test('below the limit nothing is lost: every count and the last time of every entry stay', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 30 }), entries => {
      const { entries: merged, omitted } = mergeEntries(entries)
      expect(omitted).toBe(0)
      expect(sum(merged)).toBe(sum(entries))
      expect(merged.map(lastOf).sort().at(-1)).toBe(entries.map(lastOf).sort().at(-1))
    }),
  )
})

test('above the limit those that were seen last stay, and the others are counted', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 30 }), fc.nat(10), (entries, limit) => {
      const all = mergeEntries(entries).entries
      const { entries: kept, omitted } = mergeEntries(entries, limit)
      expect(kept.length + omitted).toBe(all.length)
      expect(kept.length).toBe(Math.min(limit, all.length))
      const left = all.filter(entry => !kept.includes(entry) && !kept.some(other => compareEntries(other, entry) === 0))
      for (const one of left) for (const other of kept) expect(lastOf(one) <= lastOf(other)).toBe(true)
    }),
  )
})

test('a line of a log that differs in numbers and ids alone is counted, with its first words and its last time', () => {
  const lines = [
    entry({ text: 'sandbox 0123456789ab of pod 7 failed', at: at(1) }),
    entry({ text: 'sandbox ba9876543210 of pod 8 failed', at: at(4) }),
  ]
  expect(mergeEntries(lines).entries).toEqual([{ ...lines[0], count: 2, until: at(4) }])
})

test('the same failure for another resource of the same server is a repetition, that of another server is not', () => {
  const line = (kind: string, path: string) =>
    `Failed to watch err="failed to list *v1.${kind}: Get "https://${path}": dial tcp: connection refused" type="*v1.${kind}"`
  const lines = [line('Pod', '10.0.0.1:6443/api/v1/pods?a=1'), line('Node', '10.0.0.1:6443/api/v1/nodes')]
  expect(mergeEntries(lines.map(text => entry({ text }))).entries).toEqual([
    entry({ text: lines[1], count: 2, until: at(0) }),
  ])
  expect(mergeEntries([lines[0] ?? '', line('Pod', 'other:6443/x')].map(text => entry({ text }))).entries).toHaveLength(
    2,
  )
})

test('what happened twice to an object stands twice, and a line of another node or subject stands by itself', () => {
  const restarts = [1, 2].map(minute =>
    entry({ source: 'pod', subject: 'Pod shop/web', text: 'ended', at: at(minute) }),
  )
  expect(mergeEntries(restarts).entries).toHaveLength(2)
  expect(mergeEntries([entry(), entry({ node: 'n2' }), entry({ subject: 'Pod a/b' })]).entries).toHaveLength(3)
})
