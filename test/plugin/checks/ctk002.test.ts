import check from '../../../plugin/checks/ctk/ctk002-insertions-fail.ts'
import { checkCases } from '../../support/check-cases.ts'
import { conntrack } from '../../support/host-objects.ts'
import { snapshot } from '../../support/snapshot.ts'

const given = (...samples: Parameters<typeof conntrack>) =>
  snapshot({ nodes: { node1: { conntrack: conntrack(...samples) } } })
const at = '/proc/net/stat/nf_conntrack'
const node = { subject: 'node1', at }

checkCases(check, {
  fires: [
    {
      name: 'when more fail than are resolved',
      given: given({ insert_failed: 10, clashres: 4 }, { insert_failed: 20, clashres: 6 }),
      ...node,
    },
    {
      name: 'when an older kernel drops, across the wrap of its counter',
      given: given({ insert_failed: 2 ** 32 - 1, drop: 1 }, { insert_failed: 4, drop: 5 }),
      ...node,
    },
    {
      name: 'as an info when all are resolved',
      given: given({ insert_failed: 10, clashres: 4 }, { insert_failed: 20, clashres: 14 }),
      ...node,
      severity: 'info',
    },
  ],
  silent: [
    { name: 'without growth', given: given({ insert_failed: 10 }, { insert_failed: 10 }), answer: 'passed' },
    { name: 'where none ever failed', given: given({ insert_failed: 0 }), answer: 'passed' },
    { name: 'without a second sample', given: given({ insert_failed: 10 }), answer: 'not-run' },
    { name: 'without the counter', given: given({ drop: 3 }), answer: 'not-run' },
  ],
})
