import check from '../../../plugin/checks/ctk/ctk001-connection-table-full.ts'
import type { Conntrack } from '../../../shared/node/conntrack.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kernelLog } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const none = unavailable('missing', '')
const table = (count: number, change: Partial<Conntrack> = {}): Conntrack => ({
  count: ok(count),
  max: ok(1000),
  buckets: none,
  counters: none,
  later: none,
  ...change,
})
const given = (conntrack: Conntrack) => snapshot({ nodes: { node1: { conntrack } } })
const dropping = {
  counters: ok({ drop: 2 ** 32 - 1 }),
  later: ok({ afterMs: 2000, count: 950, counters: { drop: 4 } }),
}

const fullBefore = (minutes: number) =>
  snapshot({
    nodes: {
      node1: {
        conntrack: table(970),
        kernelLog: kernelLog([[minutes, 'nf_conntrack: nf_conntrack: table full, dropping packet']]),
      },
    },
  })

checkCases(check, {
  fires: [
    {
      name: 'where count has reached the limit',
      given: given(table(1000)),
      subject: 'node1',
      at: 'nf_conntrack_count',
    },
    {
      name: 'below the limit when the kernel drops, across the wrap of its counter',
      given: given(table(950, dropping)),
      subject: 'node1',
      at: '/proc/net/stat/nf_conntrack',
    },
    {
      name: 'nearly at the limit when the kernel said minutes ago that it was reached',
      given: fullBefore(3),
      subject: 'node1',
      at: 'kernel log',
    },
    {
      name: 'as a warning when that was hours ago',
      given: fullBefore(200),
      subject: 'node1',
      at: 'nf_conntrack_count',
      severity: 'warning',
    },
    {
      name: 'as a warning from 80 %',
      given: given(table(800)),
      subject: 'node1',
      at: 'nf_conntrack_count',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'below 80 %', given: given(table(799)), answer: 'passed' },
    {
      name: 'where the kernel tracks nothing',
      given: given(table(0, { count: none, max: none })),
      answer: 'not-applicable',
    },
    {
      name: 'when the limit was not read',
      given: given(table(5, { max: unavailable('denied', '') })),
      answer: 'not-run',
    },
  ],
})
