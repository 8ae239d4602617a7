import { expect, test } from 'vitest'
import { kubeProxy } from '../../../shared/node/kube-proxy.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

test('health and mode', async () => {
  const http = { 'kube-proxy-healthz': { status: 503, body: '{}' }, 'kube-proxy-mode': 'ipvs\n' }
  expect(given(await collect(kubeProxy, { http }))).toEqual({
    healthz: { status: 'ok', value: { status: 503, body: '{}' } },
    mode: { status: 'ok', value: 'ipvs' },
  })
})

test.each([
  ['another program’s page', { status: 200, body: '<html>' }, 'malformed'],
  ['an error', { status: 404, body: 'not found' }, 'failed'],
  ['silence', unavailable('timeout', 'slow'), 'timeout'],
])('%s is no mode', async (_, reply, reason) => {
  expect(reasonOf(given(await collect(kubeProxy, { http: { 'kube-proxy-mode': reply } })).mode)).toBe(reason)
})

test('that nobody listens is an answer; that nobody asked is none', async () => {
  const nobody = given(await collect(kubeProxy, { http: {} }))
  expect([nobody.healthz, nobody.mode].map(reasonOf)).toEqual(['missing', 'missing'])
  const none = unavailable('not-recorded', 'none')
  expect(reasonOf(await collect(kubeProxy, { http: { 'kube-proxy-healthz': none, 'kube-proxy-mode': none } }))).toBe(
    'not-recorded',
  )
})

test('a body without end is cut', async () => {
  const value = given(await collect(kubeProxy, { http: { 'kube-proxy-healthz': 'x'.repeat(100_000) } }))
  expect(given(value.healthz).body).toHaveLength(4096)
})
