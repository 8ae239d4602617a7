import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { iptablesRules } from '../../../../plugin/model/service-rules/iptables-rules.ts'
import { isOk } from '../../../../shared/reading.ts'
import { savedRules } from '../../../support/service-rules-snapshot.ts'

/** `iptables-save -t nat` of a node under kube-proxy 1.36.2: rules of two services, one of them with affinity. */
const dump = readFileSync(new URL('kube-proxy-1.36-affinity.rules', import.meta.url), 'utf8')

test('rules that kube-proxy 1.36 has written keep the clients of the service that asks for it', () => {
  const rules = iptablesRules(savedRules(dump))
  if (!isOk(rules)) throw new Error(rules.detail)
  const { frontends, affinity } = rules.value
  const backends = new Set(['10.244.0.226:8080', '10.244.1.7:8080'])
  expect([...frontends.values()]).toEqual([backends, backends, backends])
  expect(affinity).toEqual(
    new Map([
      ['10.96.118.227/tcp/80', { seconds: 900 }],
      ['node4/tcp/31611', { seconds: 900 }],
    ]),
  )
})
