import { expect, test } from 'vitest'
import { apiserverReach } from '../../../shared/node/apiserver-reach.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const url = 'https://10.0.0.1:6443/livez'
const outcomes = async (endpoint: Parameters<typeof reasonOf>[0] | { status: number; body: string }) => {
  const http = { 'apiserver-service': 'ok', 'apiserver-endpoint': endpoint } as Parameters<typeof collect>[1]['http']
  return given(await collect(apiserverReach, { http: http ?? {} }))
}

test.each([200, 401, 403, 503])('status %i is an answer', async status => {
  const { endpoint } = await outcomes({ status, body: '' })
  expect(given(endpoint)).toMatchObject({ outcome: 'answered', status, detail: expect.stringContaining('https://') })
})

test.each([
  ['refused', unavailable('missing', `nothing listens on ${url}`)],
  ['timed-out', unavailable('timeout', `${url} did not answer within 2000 ms`)],
  ['unreachable', unavailable('failed', `${url}: EHOSTUNREACH`)],
  ['unreachable', unavailable('failed', `${url}: ENETUNREACH`)],
  ['unresolved', unavailable('failed', `${url}: ENOTFOUND`)],
  ['failed', unavailable('failed', `${url}: EPROTO`)],
])('%s is known where nobody answers (%o)', async (outcome, reason) => {
  const { service, endpoint } = await outcomes(reason)
  expect(given(service)).toMatchObject({ outcome: 'answered', status: 200 })
  expect(given(endpoint)).toEqual({ outcome, status: null, detail: reason.detail })
})

test('an address that nobody asked is neither refused nor answered', async () => {
  const { endpoint } = await outcomes(unavailable('not-recorded', 'no'))
  expect(reasonOf(endpoint)).toBe('not-recorded')
  const unsupported = unavailable('unsupported', 'no')
  const http = { 'apiserver-service': unsupported, 'apiserver-endpoint': unsupported }
  expect(reasonOf(await collect(apiserverReach, { http }))).toBe('unsupported')
})
