import { expect, test } from 'vitest'
import type { Entry, Timeline } from '../../../plugin/model/timeline/timeline.ts'
import { plain } from '../../../plugin/report/paint.ts'
import { renderTimeline } from '../../../plugin/report/timeline.ts'

const entry = (second: number, change: Partial<Entry> = {}): Entry => ({
  at: new Date(Date.UTC(2026, 0, 1, 3, 0, second)).toISOString(),
  until: null,
  count: 1,
  node: 'n1',
  namespace: null,
  source: 'event',
  subject: `Pod shop/web-${second}`,
  text: 'is not ready',
  isBad: true,
  ...change,
})

const render = (entries: readonly Entry[], change: Partial<Timeline> & { wide?: boolean } = {}) => {
  const { wide = false, ...rest } = change
  const timeline: Timeline = {
    schema: 1,
    takenAt: '2026-01-01T04:00:00Z',
    since: null,
    omitted: 0,
    undated: 0,
    clocks: [],
    notRead: [],
    entries: [...entries],
    ...rest,
  }
  return renderTimeline(timeline, { paint: plain, width: 100, wide })
}

test('one line per entry below the day, with how often and until when', () => {
  const often = entry(5, { count: 14, until: '2026-01-01T03:20:11Z' })
  expect(render([often])).toBe(
    '2026-01-01 UTC\n03:00:05 ! n1  event  Pod shop/web-5: is not ready ×14 until 03:20:11\n',
  )
  expect(render([entry(5, { until: '2026-01-02T01:00:00Z', count: 2 })])).toContain('×2 until 01-02 01:00:00')
})

test('the same of several objects and nodes at one time is one line; later it is another, and in wide each stands alone', () => {
  const entries = [entry(1), entry(2, { node: 'n2' }), entry(3), entry(40)]
  const text = render(entries)
  expect(text).toMatch(
    /03:00:01 ! 2 nodes {2}event {2}Pod shop\/web-1, Pod shop\/web-2 and 1 more: is not ready\n03:00:40/,
  )
  expect(render(entries, { wide: true }).match(/is not ready/g)).toHaveLength(4)
})

test('of many the newest stay, fit the terminal, and the others are counted', () => {
  const many = Array.from({ length: 300 }, (_, i) => entry(20 * i, { text: `${'word '.repeat(60)}${i}` }))
  const lines = render(many, { omitted: 7 }).trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(45)
  expect(lines[0]).toMatch(/^… 267 older entries/)
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100)
  expect(lines.at(-1)).toContain('299')
})

test('wrong clocks, lines without a time and unread sources are said', () => {
  const text = render([], {
    clocks: [{ node: 'n1', aheadMs: -65_000 }],
    undated: 3,
    notRead: [
      { what: 'events', why: 'forbidden' },
      { what: 'pods', why: 'forbidden' },
    ],
  })
  expect(text).toMatch(
    /^nothing that has a time[\s\S]*clock of n1 is 65 s behind[\s\S]*3 lines without a time[\s\S]*\? events, pods not looked at: forbidden/,
  )
})

test('text of a cluster is made harmless', () => {
  const text = render([entry(1, { text: 'a\u001b[2Jb\nc', subject: '\u202ex', node: 'n\u0007' })])
  expect(text).not.toMatch(/[\u001b\u202e\u0007]|b\nc/)
})
