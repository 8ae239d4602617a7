import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAzureEndpoints, parseAzureIpam } from '../../../shared/formats/azure-vnet.ts'
import { given, reasonOf } from '../../support/collect.ts'

const ipam = (Pools: unknown) => JSON.stringify({ IPAM: { Version: 'v1.4.0', AddressSpaces: { local: { Pools } } } })

test('a pool names each address with its owner and whether it is in use', () => {
  const Addresses = {
    '10.240.0.5': { ID: 'ab-eth0', Addr: '10.240.0.5', InUse: true },
    '10.240.0.6': { ID: '', Addr: '10.240.0.6', InUse: false },
    '10.240.0.7': { ID: 'cd-eth0', Addr: '10.240.0.7', InUse: false },
  }
  const pool = { Id: '10.240.0.0/16', IfName: 'eth0', Gateway: '10.240.0.1', Addresses }
  expect(given(parseAzureIpam(ipam({ '10.240.0.0/16': pool })))).toEqual([
    {
      id: '10.240.0.0/16',
      gateway: '10.240.0.1',
      interfaceName: 'eth0',
      addresses: [
        { address: '10.240.0.5', id: 'ab-eth0', inUse: true },
        { address: '10.240.0.6', id: '', inUse: false },
        { address: '10.240.0.7', id: 'cd-eth0', inUse: false },
      ],
    },
  ])
})

test('a state without pools is empty, one without address spaces at all too', () => {
  expect(given(parseAzureIpam(ipam(null)))).toEqual([])
  expect(given(parseAzureIpam('{"IPAM":{"AddressSpaces":null}}'))).toEqual([])
  expect(reasonOf(parseAzureIpam('{}'))).toBe('malformed')
})

test('an endpoint names its sandbox, its pod and its addresses', () => {
  const endpoint = {
    Id: 'ab-eth0',
    ContainerID: 'ab'.repeat(32),
    PODName: 'web-0',
    PODNameSpace: 'default',
    IPAddresses: [{ IP: '10.240.0.5', Mask: '//8AAA==' }],
  }
  const Networks = { azure: { Endpoints: { 'ab-eth0': endpoint, 'cd-eth0': {} } } }
  expect(
    given(parseAzureEndpoints(JSON.stringify({ Network: { ExternalInterfaces: { eth0: { Networks } } } }))),
  ).toEqual([
    {
      id: 'ab-eth0',
      containerId: 'ab'.repeat(32),
      pod: { namespace: 'default', name: 'web-0' },
      addresses: ['10.240.0.5'],
    },
    { id: 'cd-eth0', containerId: null, pod: null, addresses: [] },
  ])
})

test('whatever stands in a pool, an address has an owner or none', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), Addresses => {
      const [pool] = given(parseAzureIpam(ipam({ p: { Addresses } })))
      expect(pool?.addresses.every(({ id, inUse }) => typeof id === 'string' && typeof inUse === 'boolean')).toBe(true)
    }),
  )
})
