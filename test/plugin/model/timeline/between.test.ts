import { expect, test } from 'vitest'
import { compare } from '../../../../plugin/model/diff/compare.ts'
import { timelineBetween } from '../../../../plugin/model/timeline/between.ts'
import { pod, sandboxEvent } from '../../../support/api-objects.ts'
import { finding, report, withCauses } from '../../../support/report-objects.ts'
import { type GivenCluster, minutesAgo, snapshot } from '../../../support/snapshot.ts'

const side = (name: string, minutes: number, cluster: GivenCluster) => ({
  name,
  snapshot: { ...snapshot({ cluster }), takenAt: minutesAgo(minutes) },
  report: report(),
})

const event = (count: number, last: number) =>
  sandboxEvent('failed to find plugin', { firstSeen: minutesAgo(40), lastSeen: minutesAgo(last), count })

const choice = { since: null, nodes: [], namespaces: [] }

test('what both tell is told once with the larger count, nothing before the earlier one, and both stand in it', () => {
  const old = pod({ name: 'old', createdAt: minutesAgo(300) })
  const a = side('a.tar.gz', 30, { pods: [old], events: [event(3, 30)] })
  const b = side('b.tar.gz', 0, { pods: [old, pod({ name: 'new', createdAt: minutesAgo(10) })], events: [event(9, 1)] })
  const { entries } = timelineBetween({ a, b, difference: compare(a, b) }, choice)
  expect(entries.map(({ source, subject, count }) => [source, subject, count])).toEqual([
    ['event', expect.stringContaining('Pod'), 9],
    ['recording', 'A', 1],
    ['pod', 'Pod default/new', 1],
    ['recording', 'B', 1],
  ])
})

test('a new finding stands where the later recording saw it', () => {
  const a = side('a', 30, {})
  const b = { ...side('b', 0, {}), report: withCauses(finding('CNI003')) }
  const { entries } = timelineBetween({ a, b, difference: compare(a, b) }, choice)
  expect(entries.filter(({ source }) => source === 'finding')).toEqual([
    expect.objectContaining({ at: minutesAgo(0), subject: 'CNI003', isBad: true }),
  ])
})
