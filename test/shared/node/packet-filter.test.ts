import { expect, test } from 'vitest'
import { ipsets } from '../../../shared/node/ipsets.ts'
import { ipvs } from '../../../shared/node/ipvs.ts'
import { nft } from '../../../shared/node/nft.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import { memoryHost } from '../../support/memory-host.ts'

const still = { now: () => 0, pause: async () => {}, sampleMs: 0 }

test('tables of nf_tables', async () => {
  const printed = JSON.stringify({ nftables: [{ table: { family: 'inet', name: 'filter' } }] })
  expect(given(await collect(nft, { commands: { 'nft-ruleset': printed } }))).toMatchObject({
    tables: [{ family: 'inet', name: 'filter' }],
  })
})

test('of more chains than fit only tables that are not of iptables are read, and the others are counted', async () => {
  const chain = (family: string, table: string, index: number) => ({ chain: { family, table, name: `c${index}` } })
  const many = Array.from({ length: 5_000 }, (_, index) => chain('ip', 'nat', index))
  const chains = [...many, chain('inet', 'own', 1), chain('inet', 'own table', 1), chain('inet', 'unread', 1)]
  const own = [{ table: { family: 'inet', name: 'own' } }, chain('inet', 'own', 1)]
  const commands = {
    'nft-chains': JSON.stringify({ nftables: chains }),
    'nft-table-inet-own': JSON.stringify({ nftables: own }),
    'nft-table-inet-unread': { exitCode: 1, stderr: 'Cannot allocate memory' },
    'nft-table-ip-nat': 'not to be asked for',
    'nft-ruleset': 'not to be asked for',
  }
  expect(given(await collect(nft, { commands }))).toMatchObject({
    tables: [{ family: 'inet', name: 'own' }],
    chains: [{ table: 'own', name: 'c1' }],
    omitted: 5_001 + 2 + 2,
  })
})

test('of few chains everything is read at once', async () => {
  const chains = JSON.stringify({ nftables: [{ chain: { family: 'ip', table: 'nat', name: 'c' } }] })
  const all = JSON.stringify({ nftables: [{ table: { family: 'ip', name: 'nat' } }] })
  const value = given(await collect(nft, { commands: { 'nft-chains': chains, 'nft-ruleset': all } }))
  expect(value).toMatchObject({ tables: [{ family: 'ip', name: 'nat' }], omitted: 0 })
})

test('where chains alone are too much, so are all the rules', async () => {
  const commands = { 'nft-chains': unavailable('too-large', 'they are'), 'nft-ruleset': '{"nftables":[]}' }
  expect(reasonOf(await collect(nft, { commands }))).toBe('too-large')
})

test('sets of ipset', async () => {
  const { sets } = given(
    await collect(ipsets, { commands: { 'ipset-save': 'create a hash:ip family inet\nadd a 10.0.0.1\n' } }),
  )
  expect(sets).toMatchObject([{ name: 'a', entries: [{ value: '10.0.0.1' }] }])
})

test('virtual servers of IPVS', async () => {
  const table = 'IP Virtual Server version 1.2.1 (size=4096)\nProt\n  ->\nTCP  0A600001:01BB rr \n'
  expect(given(await collect(ipvs, { files: { '/proc/net/ip_vs': table } }))).toMatchObject({
    servers: [{ address: '10.96.0.1', port: 443 }],
  })
})

test.each([
  ['nft', nft],
  ['ipset', ipsets],
  ['IPVS', ipvs],
])('a host without %s: it is missing', async (_, part) => {
  expect(reasonOf(await part.collect(memoryHost({}), still))).toBe('missing')
})

test('a program that fails or may not leaves its part unread', async () => {
  const failed = { exitCode: 1, stderr: 'Operation not permitted (you must be root)' }
  expect(reasonOf(await collect(nft, { commands: { 'nft-ruleset': failed } }))).toBe('denied')
  expect(reasonOf(await collect(ipsets, { commands: { 'ipset-save': { exitCode: 1, stderr: 'Kernel error' } } }))).toBe(
    'failed',
  )
  const denied = unavailable('denied', 'no')
  expect(reasonOf(await collect(ipvs, { files: { '/proc/net/ip_vs': denied } }))).toBe('denied')
})
