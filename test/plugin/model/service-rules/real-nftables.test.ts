import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hasNftablesRules, nftablesRules } from '../../../../plugin/model/service-rules/nftables-rules.ts'
import { parseNftRuleset } from '../../../../shared/formats/nft-json.ts'
import { isOk } from '../../../../shared/reading.ts'

/** `nft -j list ruleset` of a node under kube-proxy 1.36.2 in mode nftables, its IPv4 table alone. */
const dump = readFileSync(new URL('kube-proxy-1.36.nft', import.meta.url), 'utf8')

function read(text: string) {
  const ruleset = parseNftRuleset(text)
  if (!isOk(ruleset)) throw new Error(ruleset.detail)
  const rules = nftablesRules(ruleset.value)
  if (!isOk(rules)) throw new Error(rules.detail)
  return { ruleset: ruleset.value, ...rules.value }
}

/** The same of two services alone, one of them with affinity. */
const affinityDump = readFileSync(new URL('kube-proxy-1.36-affinity.nft', import.meta.url), 'utf8')

const web = new Set(['10.244.0.153:8080', '10.244.1.28:8080', '10.244.2.27:8080'])

test('rules that kube-proxy 1.36 has written lead each service to its endpoints', () => {
  const { ruleset, frontends, refused } = read(dump)
  expect(hasNftablesRules(ruleset)).toBe(true)
  expect([...frontends.keys()].sort()).toEqual([
    ...['10.96.0.1/tcp/443', '10.96.0.10/tcp/53', '10.96.0.10/tcp/9153', '10.96.0.10/udp/53'],
    ...['10.96.16.177/tcp/80', '10.96.202.198/tcp/80', '10.96.209.109/tcp/80', '10.96.246.79/tcp/80'],
    ...['10.96.42.85/tcp/80', 'node4/tcp/30081'],
  ])
  expect(frontends.get('10.96.202.198/tcp/80')).toEqual(web)
  expect(frontends.get('node4/tcp/30081')).toEqual(web)
  expect(frontends.get('10.96.0.1/tcp/443')).toEqual(new Set(['172.30.0.1:6443']))
  expect([...frontends.values()].every(backends => backends.size > 0)).toBe(true)
  expect(refused.size).toBe(0)
})

test('a service whose chain lost its rule leads nowhere', () => {
  const without = dump
    .split('\n')
    .filter(line => !(line.includes('"rule"') && line.includes('"chain": "service-KHN6ECMT-shop/web/tcp/http"')))
  expect(read(without.join('\n')).frontends.get('10.96.202.198/tcp/80')).toEqual(new Set())
})

test('a service with affinity keeps its clients in sets of its backends, by its address and by its node port', () => {
  const { frontends, affinity } = read(affinityDump)
  const backends = new Set(['10.244.0.226:8080', '10.244.1.7:8080'])
  expect([...frontends.values()]).toEqual([backends, backends, backends])
  expect(affinity).toEqual(
    new Map([
      ['10.96.118.227/tcp/80', { seconds: 900 }],
      ['node4/tcp/31611', { seconds: 900 }],
    ]),
  )
})
