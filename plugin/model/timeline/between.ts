import type { Judged } from '../diff/compare-findings.ts'
import type { Difference } from '../diff/difference.ts'
import { makeTimeline, type TimelineChoice } from './make-timeline.ts'
import { compareEntries } from './merge.ts'
import type { Entry, Timeline } from './timeline.ts'

interface Sides {
  readonly a: Judged
  readonly b: Judged
  readonly difference: Difference
}

/** What happened from the earlier of two recordings to the later one, as both tell it; without a choice nothing older. */
export function timelineBetween({ a, b, difference }: Sides, choice: TimelineChoice): Timeline {
  const times = [a.snapshot.takenAt, b.snapshot.takenAt]
  const since = choice.since ?? Math.min(...times.map(time => Date.parse(time)))
  const [older, newer] = [a, b].map(side => makeTimeline(side, { ...choice, since }))
  if (!older || !newer) throw new RangeError('two sides make two timelines')
  const marks = [
    mark(difference.a, 'A'),
    mark(difference.b, 'B'),
    ...difference.findings.new.map(cameBy(difference.b.takenAt)),
  ]
  return {
    ...newer,
    entries: distinct([...older.entries, ...newer.entries, ...marks]),
    omitted: older.omitted + newer.omitted,
    notRead: newer.notRead,
  }
}

const bare = { until: null, count: 1, node: null, namespace: null, isBad: false } as const

const mark = ({ takenAt, name }: Difference['a'], side: 'A' | 'B'): Entry => ({
  ...bare,
  at: takenAt,
  source: 'recording',
  subject: side,
  text: `was taken (${name})`,
})

const cameBy =
  (at: string) =>
  ({ finding }: Difference['findings']['new'][number]): Entry => ({
    ...bare,
    at,
    node: finding.subject.kind === 'Node' ? finding.subject.name : null,
    source: 'finding',
    subject: finding.code,
    text: `new by then: ${finding.message}`,
    isBad: finding.severity !== 'info',
  })

/** Entries in both recordings are merged, with the larger count. */
function distinct(entries: readonly Entry[]): Entry[] {
  const known = new Map<string, Entry>()
  for (const entry of [...entries].sort(compareEntries)) {
    known.set(JSON.stringify([entry.at, entry.node, entry.source, entry.subject, entry.text]), entry)
  }
  return [...known.values()].sort(compareEntries)
}
