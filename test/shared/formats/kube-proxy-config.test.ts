import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseKubeProxyConfig } from '../../../shared/formats/kube-proxy-config.ts'
import { given, reasonOf } from '../../support/collect.ts'

const wrap = (config: unknown) => JSON.stringify({ 'kubeproxy.config.k8s.io': config })

test('fields keep their names; those that nobody asks for go', () => {
  const ipvs = { scheduler: 'rr', strictARP: true, excludeCIDRs: null }
  const config = { mode: 'ipvs', hostnameOverride: 'node2', detectLocalMode: 'ClusterCIDR', ipvs }
  expect(given(parseKubeProxyConfig(wrap({ ...config, clientConnection: { kubeconfig: '/x' } })))).toEqual(config)
})

test('any text and any JSON is a configuration or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.jsonValue().map(wrap)), text => {
      expect(['ok', 'malformed']).toContain(reasonOf(parseKubeProxyConfig(text)))
    }),
    { numRuns: 500 },
  )
})
