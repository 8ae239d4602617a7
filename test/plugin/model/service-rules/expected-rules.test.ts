import { describe, expect, test } from 'vitest'
import type { EndpointSlice } from '../../../../plugin/cluster/endpoint-slices.ts'
import type { Service } from '../../../../plugin/cluster/services.ts'
import { expectedRules, frontendsOn } from '../../../../plugin/model/service-rules/expected-rules.ts'
import { endpoint, service, servicePort, slice } from '../../../support/api-objects.ts'

const on = (node: string, services: readonly Service[], slices: readonly EndpointSlice[]) =>
  [...frontendsOn(expectedRules(services)(slices), node)].map(({ key, isNeeded, wanted, allowed }) => ({
    key,
    isNeeded,
    wanted: [...wanted],
    allowed: [...allowed],
  }))

const address = (last: number, change: Parameters<typeof endpoint>[0] = {}) =>
  endpoint({ addresses: [`10.244.1.${last}`], ...change })
const key = '10.96.0.20/tcp/80'

describe('services without rules of kube-proxy', () => {
  test.each([
    ['headless', service({ headless: true, clusterIPs: [] })],
    ['ExternalName', service({ type: 'ExternalName', clusterIPs: [] })],
    ['served by another program', service({ labels: { 'service.kubernetes.io/service-proxy-name': 'other' } })],
    ['being deleted', service({ deleting: true })],
  ])('%s', (_, given) => {
    expect(on('node1', [given], [slice()])).toEqual([])
  })
})

test('unready endpoints are not used, ending ones may be', () => {
  const endpoints = [
    address(2),
    address(3, { ready: false }),
    address(4, { ready: false, serving: true, terminating: true }),
  ]
  expect(on('node1', [service()], [slice({ endpoints })])).toEqual([
    { key, isNeeded: true, wanted: ['10.244.1.2:80'], allowed: ['10.244.1.2:80', '10.244.1.4:80'] },
  ])
})

test('nothing is needed where no endpoint is ready', () => {
  const [frontend] = on('node1', [service()], [slice({ endpoints: [address(3, { ready: false })] })])
  expect(frontend).toMatchObject({ isNeeded: false, wanted: [], allowed: [] })
})

test('ports match by name and protocol, and slices of all ports count for none', () => {
  const named = service({ ports: [servicePort(53, { name: 'dns', protocol: 'UDP' })] })
  const other = slice({ ports: [{ name: 'dns', port: 5353, protocol: 'TCP' }] })
  const all = slice({ ports: [{ name: 'dns', port: null, protocol: 'UDP' }] })
  const right = slice({ ports: [{ name: 'dns', port: 1053, protocol: 'UDP' }] })
  expect(on('node1', [named], [other, all, right])[0]?.wanted).toEqual(['10.244.1.2:1053'])
})

test('a policy Local wants the endpoints of the node only', () => {
  const local = service({ internalTrafficPolicy: 'Local' })
  const slices = [slice({ endpoints: [address(2), address(3, { node: 'node2' })] })]
  expect(on('node2', [local], slices)[0]).toMatchObject({ isNeeded: true, wanted: ['10.244.1.3:80'] })
  expect(on('node3', [local], slices)[0]).toMatchObject({ isNeeded: false, wanted: [] })
})

test('with hints any part of the endpoints will do', () => {
  const slices = [slice({ endpoints: [address(2, { hintZones: ['a'] }), address(3, { hintZones: ['b'] })] })]
  expect(on('node1', [service()], slices)[0]).toMatchObject({ isNeeded: true, wanted: [] })
})

test('node ports, external and balancer addresses obey the external policy; balancers that are proxies have none', () => {
  const outer = service({
    ports: [servicePort(80, { nodePort: 30_080 })],
    externalIPs: ['192.0.2.1'],
    externalTrafficPolicy: 'Local',
    ingress: [
      { ip: '192.0.2.2', hostname: null, ipMode: 'VIP' },
      { ip: '192.0.2.3', hostname: null, ipMode: 'Proxy' },
    ],
  })
  const needed = on('node2', [outer], [slice()]).map(({ key, isNeeded }) => [key, isNeeded])
  expect(Object.fromEntries(needed)).toEqual({
    [key]: true,
    '192.0.2.1/tcp/80': false,
    '192.0.2.2/tcp/80': false,
    'node4/tcp/30080': false,
  })
})

test('each family has its own slices', () => {
  const dual = service({ clusterIPs: ['10.96.0.20', 'fd00:10:96::0014'] })
  const six = slice({ addressType: 'IPv6', endpoints: [endpoint({ addresses: ['fd00:10:244:0::2'] })] })
  expect(on('node1', [dual], [slice(), six]).map(({ key, wanted }) => [key, ...wanted])).toEqual([
    [key, '10.244.1.2:80'],
    ['fd00:10:96::14/tcp/80', '[fd00:10:244::2]:80'],
  ])
})
