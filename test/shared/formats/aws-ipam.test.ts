import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAwsCheckpoint, parseAwsPool } from '../../../shared/formats/aws-ipam.ts'
import { given, reasonOf } from '../../support/collect.ts'

const containerID = 'ab'.repeat(32)
const checkpoint = (...allocations: readonly unknown[]) =>
  JSON.stringify({ version: 'vpc-cni-ipam/1', allocations: [...allocations] })

test('an allocation names its sandbox, its pod, its addresses and its time', () => {
  const metadata = { k8sPodNamespace: 'default', k8sPodName: 'web-0' }
  const text = checkpoint(
    {
      networkName: 'aws-cni',
      containerID,
      ifName: 'eth0',
      ipv4: '192.168.3.4',
      ipv6: '',
      allocationTimestamp: 1767225600000000000,
      metadata,
    },
    { networkName: '_migrated-from-cri', containerID, ifName: 'unknown', ipv6: 'fd00::4', allocationTimestamp: 0 },
    { containerID: '' },
  )
  expect(given(parseAwsCheckpoint(text))).toEqual([
    {
      network: 'aws-cni',
      containerId: containerID,
      interfaceName: 'eth0',
      addresses: ['192.168.3.4'],
      since: '2026-01-01T00:00:00.000Z',
      pod: { namespace: 'default', name: 'web-0' },
    },
    {
      network: '_migrated-from-cri',
      containerId: containerID,
      interfaceName: 'unknown',
      addresses: ['fd00::4'],
      since: null,
      pod: null,
    },
  ])
  expect(given(parseAwsCheckpoint('{"version":"vpc-cni-ipam/1","allocations":null}'))).toEqual([])
})

test('the pool of a node, and of one with several network cards, is a sum', () => {
  const card = (total: number, assigned: number) => ({ TotalIPs: total, AssignedIPs: assigned, ENIs: { 'eni-1': {} } })
  expect(given(parseAwsPool(JSON.stringify(card(15, 3))))).toEqual({ total: 15, assigned: 3, interfaces: 1 })
  expect(given(parseAwsPool(JSON.stringify({ 0: card(15, 3), 1: card(9, 9) })))).toEqual({
    total: 24,
    assigned: 12,
    interfaces: 2,
  })
})

test.each(['{}', '{"TotalIPs":"15","AssignedIPs":1}', '[]', 'no'])('%s names no pool', text => {
  expect(reasonOf(parseAwsPool(text))).toBe('malformed')
})

test('whatever the values are, they are read or refused', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.dictionary(fc.constantFrom('containerID', 'ipv4', 'allocationTimestamp', 'metadata'), fc.jsonValue()),
      ),
      raw => {
        for (const { containerId, addresses } of given(parseAwsCheckpoint(checkpoint(...raw))))
          expect([containerId, ...addresses]).not.toContain('')
      },
    ),
  )
})
