import check from '../../../plugin/checks/ipm/ipm012-weave-peer-gone.ts'
import type { Weave } from '../../../shared/node/weave.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { apiNode } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { type GivenParts, snapshot } from '../../support/snapshot.ts'

const unread = unavailable('not-recorded', '')
const weave = (nickname: string, unreachable: boolean, ipam: string): Weave => ({
  peers: ok([{ peer: '0e:b6:59:16:34:42', nickname, addresses: 32, active: null, unreachable }]),
  status: ok({ version: null, connections: null, ipam, range: null }),
  owned: unread,
  database: unread,
})
const given = (part: NonNullable<GivenParts['weave']> | typeof unread) =>
  snapshot({ nodes: { node1: { weave: part } }, cluster: { nodes: [apiNode(), apiNode({ name: 'node2' })] } })

checkCases(check, {
  fires: [
    {
      name: 'on ranges of a peer that is no node, when nothing else is left',
      given: given(weave('old', true, "all IP ranges owned by unreachable peers - use 'rmpeer' if they are dead")),
      subject: 'node1',
      at: '/status/ipam',
    },
    {
      name: 'as a warning while there is room',
      given: given(weave('old', true, 'ready')),
      subject: 'node1',
      at: '/status/ipam',
      severity: 'warning',
    },
  ],
  silent: [
    { name: 'on a node that is only not reached', given: given(weave('node2', true, 'ready')), answer: 'passed' },
    { name: 'on a peer that is reached', given: given(weave('old', false, 'ready')), answer: 'passed' },
    { name: 'without Weave Net', given: given(unavailable('missing', '')), answer: 'not-applicable' },
    { name: 'when its daemon was not asked', given: given(unread), answer: 'not-run' },
  ],
})
