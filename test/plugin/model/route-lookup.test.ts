import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lookUpRoute } from '../../../plugin/model/route-lookup.ts'
import type { PolicyRule } from '../../../shared/formats/ip-rule.ts'
import type { Route } from '../../../shared/formats/route.ts'
import { type Address, contains, parseAddress, parseNetwork } from '../../../shared/ip.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { route, routes } from '../../support/host-objects.ts'

const address = (text: string): Address => parseAddress(text) ?? { family: 4, value: 0n }
const rule = (priority: number, table: string | null, change: Partial<PolicyRule> = {}): PolicyRule => ({
  family: 4,
  priority,
  inverted: false,
  from: null,
  to: null,
  mark: null,
  incoming: null,
  outgoing: null,
  table,
  action: 'lookup',
  ...change,
})
const rulesOf = (...list: PolicyRule[]) => ok({ ipv4: ok(list), ipv6: unavailable('missing', '') })
const standard = [rule(0, 'local'), rule(32_766, 'main'), rule(32_767, 'default')]
const devices = (list: readonly Route[], to: string, rules: PolicyRule[] = standard, from: string | null = null) => {
  const answer = lookUpRoute(routes(...list), rulesOf(...rules), {
    to: address(to),
    from: from === null ? null : address(from),
  })
  return answer.kind === 'found' ? answer.ways.map(({ device }) => device) : answer.kind
}

describe('a route', () => {
  const table = [route('0.0.0.0/0', 'eth0'), route('10.244.0.0/16', 'vpn0'), route('10.244.1.0/24', 'flannel.1')]

  test('with the longest prefix wins', () => {
    expect(devices(table, '10.244.1.7')).toEqual(['flannel.1'])
    expect(devices(table, '10.244.2.7')).toEqual(['vpn0'])
    expect(devices(table, '192.0.2.1')).toEqual(['eth0'])
  })

  test('with the least metric wins among equal prefixes', () => {
    const two = [route('0.0.0.0/0', 'wlan0', { metric: 600 }), route('0.0.0.0/0', 'eth0', { metric: 100 })]
    expect(devices(two, '192.0.2.1')).toEqual(['eth0'])
  })

  test('with several next hops has several ways', () => {
    expect(devices([route('0.0.0.0/0', 'eth0'), route('0.0.0.0/0', 'eth1')], '192.0.2.1')).toEqual(['eth0', 'eth1'])
  })

  test('that refuses ends the search', () => {
    const refusing = [...table, route('10.244.1.0/26', '', { device: null, type: 'blackhole' })]
    expect(devices(refusing, '10.244.1.7')).toBe('refused')
  })

  test('that throws leaves the packet to the next rule', () => {
    const list = [...table, route('10.244.1.0/26', '', { device: null, type: 'throw' })]
    expect(devices(list, '10.244.1.7')).toBe('none')
    const other = route('0.0.0.0/0', 'eth9', { table: '77' })
    expect(devices([...list, other], '10.244.1.7', [...standard, rule(40_000, '77')])).toEqual(['eth9'])
  })

  test('of another family is none', () => {
    expect(lookUpRoute(routes(route('::/0', 'eth0')), null, { to: address('192.0.2.1') }).kind).toBe('none')
    expect(lookUpRoute(routes(route('fd00::/8', 'eth0')), null, { to: address('fd00::1') }).kind).toBe('found')
  })
})

describe('a policy rule', () => {
  const list = [route('0.0.0.0/0', 'eth0'), route('0.0.0.0/0', 'vpn0', { table: '200' })]

  test('sends packets of its source to its own table', () => {
    const rules = [...standard, rule(100, '200', { from: '10.244.0.0/16' })]
    expect(devices(list, '192.0.2.1', rules, '10.244.0.9')).toEqual(['vpn0'])
    expect(devices(list, '192.0.2.1', rules, '192.0.2.9')).toEqual(['eth0'])
    expect(devices(list, '192.0.2.1', rules)).toEqual(['eth0'])
  })

  test('for a mark takes only marked packets, and the others when it is inverted', () => {
    expect(devices(list, '192.0.2.1', [...standard, rule(100, '200', { mark: '0x80/0x80' })])).toEqual(['eth0'])
    expect(devices(list, '192.0.2.1', [...standard, rule(100, '200', { mark: '0x80', inverted: true })])).toEqual([
      'vpn0',
    ])
  })

  test('can refuse by itself', () => {
    const rules = [...standard, rule(100, null, { action: 'prohibit', to: '192.0.2.0/24' })]
    expect(devices(list, '192.0.2.1', rules)).toBe('refused')
  })

  test('counts as the kernel’s own where rules were not read', () => {
    const answer = lookUpRoute(routes(...list), unavailable('missing', ''), { to: address('192.0.2.1') })
    expect(answer).toMatchObject({ kind: 'found', ways: [{ device: 'eth0' }] })
  })
})

/** Tries every route; nothing of it is clever. */
function naive(list: readonly Route[], to: Address): string {
  const fitting = list.flatMap(each => {
    const network = parseNetwork(each.destination)
    return network && contains(network, to) ? [{ each, prefix: network.prefix }] : []
  })
  const longest = Math.max(-1, ...fitting.map(({ prefix }) => prefix))
  const best = fitting.filter(({ prefix }) => prefix === longest).map(({ each }) => each)
  const least = Math.min(...best.map(({ metric }) => metric))
  const ways = best.filter(({ metric }) => metric === least)
  const type = ways[0]?.type
  if (type === undefined || type === 'throw') return 'none'
  return type === 'unicast' ? ways.map(({ device }) => device).join() : 'refused'
}

test('every lookup answers as one that tries all routes', () => {
  const octet = fc.integer({ min: 0, max: 3 })
  const anyAddress = fc.tuple(octet, octet, octet, octet).map(parts => parts.join('.'))
  const anyRoute = fc
    .tuple(anyAddress, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 2 }), fc.nat(9), fc.nat(9))
    .map(([base, prefix, metric, device, odd]) => {
      const type = odd === 0 ? 'blackhole' : odd === 1 ? 'throw' : 'unicast'
      return route(`${base}/${prefix}`, `d${device}`, { metric, type })
    })
  fc.assert(
    fc.property(fc.array(anyRoute, { maxLength: 30 }), anyAddress, (list, to) => {
      const answer = lookUpRoute(routes(...list), null, { to: address(to) })
      const told = answer.kind === 'found' ? answer.ways.map(({ device }) => device).join() : answer.kind
      expect(told).toBe(naive(list, address(to)))
    }),
  )
})
