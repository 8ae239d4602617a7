import { expect, test } from 'vitest'
import { kubeProxy } from '../../../shared/node/kube-proxy.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const config = { mode: '', clusterCIDR: '10.244.0.0/16', iptables: { masqueradeBit: 14 }, nodePortAddresses: null }

test('health, mode and configuration', async () => {
  const body = JSON.stringify({ 'kubeproxy.config.k8s.io': { ...config, oomScoreAdj: -999 } })
  const http = {
    'kube-proxy-healthz': { status: 503, body: '{}' },
    'kube-proxy-mode': 'ipvs\n',
    'kube-proxy-configz': body,
  }
  expect(given(await collect(kubeProxy, { http }))).toEqual({
    healthz: { status: 'ok', value: { status: 503, body: '{}' } },
    mode: { status: 'ok', value: 'ipvs' },
    config: { status: 'ok', value: config },
  })
})

test.each([
  ['no JSON', 'x', 'malformed'],
  ['another configuration', '{"kubeletconfig":{}}', 'malformed'],
  ['an old kube-proxy', { status: 404, body: '' }, 'failed'],
])('%s is no configuration', async (_, reply, reason) => {
  const value = given(await collect(kubeProxy, { http: { 'kube-proxy-configz': reply } }))
  expect(value.config && reasonOf(value.config)).toBe(reason)
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
  const http = { 'kube-proxy-healthz': none, 'kube-proxy-mode': none, 'kube-proxy-configz': none }
  expect(reasonOf(await collect(kubeProxy, { http }))).toBe('not-recorded')
})

test('a body without end is cut', async () => {
  const value = given(await collect(kubeProxy, { http: { 'kube-proxy-healthz': 'x'.repeat(100_000) } }))
  expect(given(value.healthz).body).toHaveLength(4096)
})
