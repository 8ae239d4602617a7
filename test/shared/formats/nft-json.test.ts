import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseNftRuleset } from '../../../shared/formats/nft-json.ts'
import { parseStatement } from '../../../shared/formats/nft-statement.ts'
import { given, reasonOf } from '../../support/collect.ts'

const of = { family: 'ip', table: 'kube-proxy' }
const print = (...entries: object[]) => JSON.stringify({ nftables: [{ metainfo: { version: '1.0.6' } }, ...entries] })
const keys = ['ipv4_addr', 'inet_proto', 'inet_service']

test('tables, chains of the kernel and of users, others by their kind', () => {
  const ruleset = given(
    parseNftRuleset(
      print(
        { table: { family: 'ip', name: 'kube-proxy', handle: 1 } },
        { chain: { ...of, name: 'nat-prerouting', type: 'nat', hook: 'prerouting', prio: -100, policy: 'accept' } },
        { chain: { ...of, name: 'services' } },
        { flowtable: { ...of, name: 'x' } },
      ),
    ),
  )
  expect(ruleset).toMatchObject({ version: '1.0.6', tables: [{ family: 'ip', name: 'kube-proxy' }], omitted: 0 })
  expect(ruleset.chains).toEqual([
    { ...of, name: 'nat-prerouting', type: 'nat', hook: 'prerouting', priority: -100, policy: 'accept' },
    { ...of, name: 'services', type: null, hook: null, priority: null, policy: null },
  ])
  expect(ruleset.others).toEqual({ flowtable: 1 })
})

test('sets and maps: concatenations, comments, networks, ranges, and none at all', () => {
  const goto = { goto: { target: 'service-ULMVA6XW-ns1/svc1/tcp/p80' } }
  const { sets } = given(
    parseNftRuleset(
      print(
        { set: { ...of, name: 'empty', type: 'ipv4_addr' } },
        {
          set: {
            ...of,
            name: 'nets',
            type: 'ipv4_addr',
            elem: [{ prefix: { addr: '10.0.0.0', len: 8 } }, { range: ['1.1.1.1', '1.1.1.9'] }],
          },
        },
        {
          map: {
            ...of,
            name: 'service-ips',
            type: keys,
            map: 'verdict',
            elem: [[{ concat: ['172.30.0.41', 'tcp', 80] }, goto]],
          },
        },
        {
          map: {
            ...of,
            name: 'no-endpoint-services',
            type: keys,
            map: 'verdict',
            elem: [
              [{ elem: { val: { concat: ['172.30.0.42', 'tcp', 80] }, comment: 'ns2/svc2:p80' } }, { drop: null }],
            ],
          },
        },
      ),
    ),
  )
  expect(sets.map(({ elements }) => elements)).toEqual([
    [],
    [{ key: ['10.0.0.0/8'] }, { key: ['1.1.1.1-1.1.1.9'] }],
    [{ key: ['172.30.0.41', 'tcp', '80'], data: goto }],
    [{ key: ['172.30.0.42', 'tcp', '80'], data: { drop: null }, comment: 'ns2/svc2:p80' }],
  ])
  expect(sets.map(({ keys: types, map }) => [types.length, map])).toEqual([
    [1, null],
    [1, null],
    [3, 'verdict'],
    [3, 'verdict'],
  ])
})

test.each([
  [{ match: { op: '!=', left: 1, right: 2 } }, { kind: 'match', op: '!=', left: 1, right: 2 }],
  [{ jump: { target: 'x' } }, { kind: 'verdict', verdict: 'jump', chain: 'x' }],
  [{ accept: null }, { kind: 'verdict', verdict: 'accept', chain: null }],
  [{ vmap: { key: 1, data: '@x' } }, { kind: 'vmap', key: 1, data: '@x' }],
  [{ dnat: { addr: '10.180.0.1', port: 80 } }, { kind: 'nat', action: 'dnat', to: { addr: '10.180.0.1', port: 80 } }],
  [{ masquerade: null }, { kind: 'nat', action: 'masquerade', to: null }],
  [{ counter: { packets: 1, bytes: 2 } }, { kind: 'counter', packets: 1, bytes: 2 }],
  [{ mangle: { key: 1, value: 2 } }, { kind: 'set', key: 1, value: 2 }],
  [{ reject: null }, { kind: 'reject', with: null }],
  [{ xt: null }, { kind: 'other', statement: { xt: null } }],
  ['notrack', { kind: 'other', statement: 'notrack' }],
])('%j', (statement, expected) => {
  expect(parseStatement(statement)).toEqual(expected)
})

test('without room objects and elements are counted', () => {
  const elem = Array.from({ length: 100 }, (_, index) => index)
  const text = print({ set: { ...of, name: 'a', type: 'mark', elem } }, { table: { family: 'ip', name: 'late' } })
  const { sets, omitted } = given(parseNftRuleset(text, 1000))
  expect(omitted).toBe(1)
  expect((sets[0]?.elements.length ?? 0) + (sets[0]?.omitted ?? 0)).toBe(100)
  expect(sets[0]?.omitted).toBeGreaterThan(0)
})

test('a number that JSON cannot write again is left out and counted', () => {
  const text = '{"nftables":[{"rule":{"family":"ip","table":"a","chain":"b","expr":[{"unknown":1e999}]}}]}'
  expect(given(parseNftRuleset(text))).toMatchObject({ rules: [], omitted: 1 })
})

test('a value that is nested too deep is left out and counted', () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
  const text = `{"nftables":[{"rule":{"family":"ip","table":"a","chain":"b","expr":[${deep}]}}]}`
  expect(given(parseNftRuleset(text))).toMatchObject({ rules: [], omitted: 1 })
})

test.each(['', '[]', '{"nftables":3}', '{'])('another text is none: %j', text => {
  expect(reasonOf(parseNftRuleset(text))).toBe('malformed')
})

test('any text and any JSON is a ruleset or none', () => {
  const kind = fc.constantFrom('table', 'chain', 'set', 'map', 'rule', 'metainfo', '__proto__')
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({
      ...Object.fromEntries(['family', 'table', 'name', 'chain'].map(key => [key, fc.string()])),
      type: fc.jsonValue(),
      elem: fc.array(fc.jsonValue()),
      expr: fc.array(fc.jsonValue()),
    }),
  )
  const entry = fc.tuple(kind, body).map(([key, value]) => ({ [key]: value }))
  fc.assert(
    fc.property(fc.array(entry), entries => {
      const reading = given(parseNftRuleset(JSON.stringify({ nftables: entries })))
      expect(JSON.parse(JSON.stringify(reading))).toEqual(reading)
    }),
    { numRuns: 500 },
  )
  fc.assert(fc.property(fc.string(), text => ['ok', 'malformed'].includes(reasonOf(parseNftRuleset(text)))))
})
