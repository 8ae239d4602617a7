import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCniResult } from '../../../shared/formats/cni-result.ts'

const containerId = 'ab'.repeat(32)
const owner = { network: 'pod-net', containerId, interfaceName: 'eth0' }
const result = {
  cniVersion: '1.0.0',
  interfaces: [
    { name: 'veth1', mac: '02:00:00:00:00:01' },
    { name: 'eth0', mac: '02:00:00:00:00:02', sandbox: '/run/netns/x' },
  ],
  ips: [{ address: '10.244.1.9/24', gateway: '10.244.1.1', interface: 1 }, { address: 'fd00::9/64' }],
}
const interfaces = [
  { name: 'veth1', mac: '02:00:00:00:00:01', inside: false },
  { name: 'eth0', mac: '02:00:00:00:00:02', inside: true },
]
const cache = {
  kind: 'cniCacheV1',
  containerId,
  config: 'e30=',
  ifName: 'eth0',
  networkName: 'pod-net',
  netns: '/run/netns/x',
  cniArgs: [
    ['IgnoreUnknown', '1'],
    ['K8S_POD_NAMESPACE', 'default'],
    ['K8S_POD_NAME', 'web-0'],
    ['K8S_POD_UID', 'u-1'],
  ],
  result,
}
const parse = (value: unknown, name = 'any') => parseCniResult(JSON.stringify(value), name)

test('a file of the cache tells its sandbox, pod, addresses and interfaces', () => {
  expect(parse(cache)).toEqual({
    ...owner,
    netns: '/run/netns/x',
    addresses: ['10.244.1.9/24', 'fd00::9/64'],
    interfaces,
    pod: { namespace: 'default', name: 'web-0', uid: 'u-1' },
  })
})

test('a network that was not asked by Kubernetes has no pod', () => {
  expect(parse({ ...cache, cniArgs: null })?.pod).toBeNull()
  expect(parse({ ...cache, cniArgs: [['K8S_POD_NAME', 'x']] })?.pod).toBeNull()
})

test('a bare result of older releases is known by the name of its file', () => {
  const bare = { ...owner, netns: null, pod: null }
  expect(parse(result, `pod-net-${containerId}-eth0`)).toMatchObject({ ...bare, interfaces })
  expect(parse({ ip4: { ip: '10.0.0.2/8' }, ip6: { ip: 'fd00::2/64' } }, `pod-net-${containerId}-eth0`)).toEqual({
    ...bare,
    addresses: ['10.0.0.2/8', 'fd00::2/64'],
    interfaces: [],
  })
  expect(parse(result, 'pod-net-short-eth0')).toBeNull()
})

test.each([
  ['another kind', { ...cache, kind: 'cniCacheV9' }],
  ['no id', { ...cache, containerId: undefined }],
  ['no result', { ...cache, result: [] }],
  ['a list', []],
])('%s is no result', (_, value) => {
  expect(parse(value, `pod-net-${containerId}-eth0`)).toBeNull()
})

test('half a file is no result', () => {
  const text = JSON.stringify(cache)
  fc.assert(
    fc.property(fc.nat(text.length - 1), cut => {
      expect(parseCniResult(text.slice(0, cut), 'any')).toBeNull()
    }),
  )
})

test('whatever stands in the fields, an answer has an owner', () => {
  const fields = fc.record(
    {
      kind: fc.constant('cniCacheV1'),
      containerId: fc.jsonValue(),
      networkName: fc.jsonValue(),
      ifName: fc.jsonValue(),
    },
    { requiredKeys: ['kind'] },
  )
  const rest = fc.record({ cniArgs: fc.jsonValue(), result: fc.jsonValue(), netns: fc.jsonValue() })
  fc.assert(
    fc.property(fields, rest, fc.string(), (some, more, name) => {
      const parsed = parse({ ...some, ...more }, name)
      if (parsed) expect([parsed.network, parsed.containerId, parsed.interfaceName]).not.toContain('')
    }),
  )
})
