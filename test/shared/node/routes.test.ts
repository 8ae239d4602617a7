import { expect, test } from 'vitest'
import { routes } from '../../../shared/node/routes.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const files = {
  '/proc/net/route':
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\neth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n',
}
const fromProc = {
  family: 4,
  destination: '0.0.0.0/0',
  gateway: '10.0.0.1',
  device: 'eth0',
  metric: 0,
  table: 'main',
  type: 'unicast',
}

test('what ip prints is complete', async () => {
  const printed = JSON.stringify([{ dst: 'default', gateway: '10.0.0.2', dev: 'eth0', table: '200', metric: 7 }])
  expect(given(await collect(routes, { files, commands: { 'ip-route': printed } }))).toEqual({
    complete: true,
    routes: [{ ...fromProc, gateway: '10.0.0.2', table: '200', metric: 7 }],
  })
})

test.each([
  ['no ip', {}],
  ['an ip without JSON', { 'ip-route': { exitCode: 1, stderr: 'usage' } }],
  ['an ip that prints something else', { 'ip-route': 'default via 10.0.0.2' }],
])('with %s the main tables of the kernel are read, and that is said', async (_, commands) => {
  expect(given(await collect(routes, { files, commands }))).toEqual({ complete: false, routes: [fromProc] })
})

test('a kernel without IPv6 has no routes of it; a file that cannot be read leaves the part unread', async () => {
  const denied = unavailable('denied', 'no')
  expect(reasonOf(await collect(routes, { files: { ...files, '/proc/net/ipv6_route': denied } }))).toBe('denied')
  expect(reasonOf(await collect(routes, { files: { '/proc/net/route': denied } }))).toBe('denied')
  expect(reasonOf(await collect(routes, { files: { '/proc/net/route': 'nonsense' } }))).toBe('malformed')
})
