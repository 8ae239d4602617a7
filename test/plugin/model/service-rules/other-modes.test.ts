import { describe, expect, test } from 'vitest'
import { ipvsRules } from '../../../../plugin/model/service-rules/ipvs-rules.ts'
import { nftablesRules } from '../../../../plugin/model/service-rules/nftables-rules.ts'
import { parseIpVs } from '../../../../shared/formats/ip-vs.ts'
import { parseNftRuleset } from '../../../../shared/formats/nft-json.ts'
import { isOk, type Reading } from '../../../../shared/reading.ts'

const okOf = <T>(reading: Reading<T>): T => {
  if (!isOk(reading)) throw new Error(reading.detail)
  return reading.value
}

const own = { family: 'ip', table: 'kube-proxy' }
const rule = (chain: string, ...expr: readonly unknown[]) => ({ rule: { ...own, chain, expr } })
const map = (name: string, elem: readonly unknown[]) => ({ map: { ...own, name, type: 'x', map: 'verdict', elem } })
const goto = (target: string) => ({ goto: { target } })
const numgen = { numgen: { mode: 'random', mod: 2, offset: 0 } }
const ruleset = (...nftables: readonly unknown[]) => okOf(parseNftRuleset(JSON.stringify({ nftables })))
const observed = (...objects: readonly unknown[]) => okOf(nftablesRules(ruleset(...objects)))

describe('nftables', () => {
  const place = map('service-ips', [[{ concat: ['10.96.0.20', 'tcp', 80] }, goto('service-X-default/web/tcp/')]])

  test('a chain for each endpoint, until 1.35', () => {
    const { frontends } = observed(
      place,
      rule('service-X-default/web/tcp/', {
        vmap: {
          key: numgen,
          data: {
            set: [
              [0, goto('endpoint-A')],
              [1, goto('endpoint-B')],
            ],
          },
        },
      }),
      rule('endpoint-A', { dnat: { addr: '10.244.1.2', port: 80 } }),
      rule('endpoint-B', { dnat: { addr: '10.244.2.2', port: 80 } }),
    )
    expect(frontends.get('10.96.0.20/tcp/80')).toEqual(new Set(['10.244.1.2:80', '10.244.2.2:80']))
  })

  test('a map of endpoints, since 1.36', () => {
    const data = {
      set: [
        [0, { concat: ['10.244.1.2', 80] }],
        [1, { concat: ['10.244.2.2', 80] }],
      ],
    }
    const { frontends } = observed(
      place,
      rule('service-X-default/web/tcp/', { dnat: { family: 'ip', addr: { map: { key: numgen, data } } } }),
    )
    expect(frontends.get('10.96.0.20/tcp/80')).toEqual(new Set(['10.244.1.2:80', '10.244.2.2:80']))
  })

  test('node ports lead through the chain of external traffic', () => {
    const { frontends } = observed(
      map('service-nodeports', [[{ concat: ['tcp', 30_080] }, goto('external-X')]]),
      rule('external-X', { jump: { target: 'mark-for-masquerade' } }),
      rule('external-X', goto('service-X')),
      rule('service-X', { dnat: { addr: '10.244.1.2', port: 80 } }),
    )
    expect(frontends.get('node4/tcp/30080')).toEqual(new Set(['10.244.1.2:80']))
  })

  test('services without endpoints are refused', () => {
    const elem = [
      [{ elem: { val: { concat: ['10.96.0.20', 'tcp', 80] }, comment: 'default/web' } }, goto('reject-chain')],
    ]
    const { refused, frontends } = observed(map('no-endpoint-services', elem))
    expect([...refused]).toEqual(['10.96.0.20/tcp/80'])
    expect(frontends.size).toBe(0)
  })

  test('chains that lead in a circle end', () => {
    const { frontends } = observed(place, rule('service-X-default/web/tcp/', goto('service-X-default/web/tcp/')))
    expect(frontends.get('10.96.0.20/tcp/80')).toEqual(new Set())
  })
})

test('IPVS: virtual servers lead to destinations that take connections, and persistent ones keep clients', () => {
  const table = okOf(
    parseIpVs(
      [
        'IP Virtual Server version 1.2.1 (size=4096)',
        'Prot LocalAddress:Port Scheduler Flags',
        '  -> RemoteAddress:Port Forward Weight ActiveConn InActConn',
        'TCP  0A600014:0050 rr',
        '  -> 0AF40102:0050      Masq    1      3          0',
        '  -> 0AF40109:0050      Masq    0      1          0',
        'TCP  0A600015:0050 rr persistent 10800 FFFFFFFF',
        '  -> 0AF40102:0050      Masq    1      0          0',
        '',
      ].join('\n'),
    ),
  )
  const { frontends, affinity } = ipvsRules(table)
  const web = new Set(['10.244.1.2:80'])
  expect(frontends).toEqual(
    new Map([
      ['10.96.0.20/tcp/80', web],
      ['10.96.0.21/tcp/80', web],
    ]),
  )
  expect(affinity).toEqual(new Map([['10.96.0.21/tcp/80', { seconds: 10_800 }]]))
})
