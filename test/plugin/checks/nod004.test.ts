import check from '../../../plugin/checks/nod/nod004-api-unreachable-from-node.ts'
import type { ApiserverAttempt } from '../../../shared/node/apiserver-reach.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

const attempt = (outcome: ApiserverAttempt['outcome'], status: number | null = null) =>
  ok({ outcome, status, detail: 'https://192.0.2.1:6443/healthz' })
const given = (endpoint: Reading<ApiserverAttempt>, service: Reading<ApiserverAttempt>) =>
  snapshot({ nodes: { node1: { apiserverReach: { endpoint, service } } } })
const unread = unavailable('not-recorded', '')
const node = { subject: 'node1', at: 'GET' }

checkCases(check, {
  fires: [
    { name: 'when the Service gives no answer', given: given(attempt('answered', 403), attempt('timed-out')), ...node },
    { name: 'when its own address refuses', given: given(attempt('refused'), attempt('answered', 401)), ...node },
    { name: 'when neither answers', given: given(attempt('timed-out'), attempt('unreachable')), ...node },
    { name: 'when one was not tried and the other fails', given: given(unread, attempt('timed-out')), ...node },
  ],
  silent: [
    {
      name: 'when both answer, with credentials asked for',
      given: given(attempt('answered', 401), attempt('answered', 403)),
      answer: 'passed',
    },
    { name: 'when one was not tried', given: given(attempt('answered', 200), unread), answer: 'not-run' },
  ],
})
