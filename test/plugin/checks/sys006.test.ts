import check from '../../../plugin/checks/sys/sys006-neighbour-table-full.ts'
import type { Neighbours } from '../../../shared/node/neighbours.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kernelLog } from '../../support/host-objects.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const none = unavailable('missing', '')
const table = (entries: number, grown: number | null = null): Neighbours['ipv4'] => ({
  limits: ok({ least: 128, soft: 512, hard: 1024 }),
  counters: ok({ entries, table_fulls: 7 }),
  later: grown === null ? none : ok({ afterMs: 2000, counters: { entries, table_fulls: 7 + grown } }),
})
const given = (ipv4: Neighbours['ipv4'], parts: GivenParts = {}, ipv6 = table(3)) =>
  snapshot({ nodes: { node1: { neighbours: { entries: ok([]), complete: true, ipv4, ipv6 }, ...parts } } })
const overflow = 'neighbour: arp_cache: neighbor table overflow!'

checkCases(check, {
  fires: [
    { name: 'at the limit', given: given(table(1024)), subject: 'node1', at: 'arp_cache' },
    { name: 'when the kernel refuses between samples', given: given(table(600, 2)), subject: 'node1', at: 'arp_cache' },
    {
      name: 'when the kernel logged it minutes ago',
      given: given(table(600), { kernelLog: kernelLog([[5, overflow]]) }),
      subject: 'node1',
      at: 'kernel log',
    },
    { name: 'for IPv6', given: given(table(3), {}, table(1024)), subject: 'node1', at: 'ndisc_cache' },
    {
      name: 'as a warning at 90 %',
      given: given(table(922)),
      subject: 'node1',
      at: 'arp_cache',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'below 90 %, with an overflow of long ago', given: given(table(600, 0)), answer: 'passed' },
    {
      name: 'when the message is of hours ago',
      given: given(table(600), { kernelLog: kernelLog([[300, overflow]]) }),
      answer: 'passed',
    },
    {
      name: 'when the table was not read',
      given: given({ ...table(1), counters: unavailable('denied', '') }),
      answer: 'not-run',
    },
    {
      name: 'in a node that is a container itself',
      given: given({ ...table(1), counters: none }),
      answer: 'not-applicable',
    },
  ],
})
