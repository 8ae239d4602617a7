import { expect, test } from 'vitest'
import { awsIpam } from '../../../shared/node/aws-ipam.ts'
import { azureIpam } from '../../../shared/node/azure-ipam.ts'
import { weave } from '../../../shared/node/weave.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const denied = unavailable('denied', 'no')
const reasonsOf = (value: Record<string, Parameters<typeof reasonOf>[0]>) =>
  Object.fromEntries(Object.entries(value).map(([key, reading]) => [key, reasonOf(reading)]))

test('of a manager that this host does not use everything is missing', async () => {
  expect(reasonsOf(given(await collect(weave, {})))).toEqual({
    status: 'missing',
    peers: 'missing',
    owned: 'missing',
    database: 'missing',
  })
  expect(reasonsOf(given(await collect(awsIpam, {})))).toEqual({ allocations: 'missing', pool: 'missing' })
  expect(reasonsOf(given(await collect(azureIpam, {})))).toEqual({ pools: 'missing', endpoints: 'missing' })
})

test('what Weave tells is read by itself; its database stays when the daemon has gone', async () => {
  const http = {
    'weave-status': 'Version: 2.8.1\n',
    'weave-status-ipam': '0e:01:02:03:04:05(a)  1024 IPs (100.0% of total) (1 active)\n',
    'weave-ip': { status: 404, body: 'not found' },
  }
  const found = given(await collect(weave, { http }))
  expect(reasonsOf(found)).toEqual({ status: 'ok', peers: 'ok', owned: 'failed', database: 'missing' })
  expect(given(found.peers)).toHaveLength(1)
  const files = { '/var/lib/weave/weave-netdata.db': { content: 'x', mtime: '2026-11-21T03:32:29.999Z' } }
  const left = given(await collect(weave, { files }))
  expect(reasonsOf(left)).toMatchObject({ status: 'missing', database: 'ok' })
})

test('addresses of the AWS VPC CNI stand in a checkpoint, its pool in the answer of ipamd', async () => {
  const files = { '/run/aws-node/ipam.json': '{"version":"vpc-cni-ipam/1","allocations":[]}' }
  const http = { 'aws-enis': '{"TotalIPs":2,"AssignedIPs":2,"ENIs":{}}' }
  expect(given(await collect(awsIpam, { files, http }))).toMatchObject({
    allocations: { value: [] },
    pool: { value: { total: 2, assigned: 2 } },
  })
  expect(reasonsOf(given(await collect(awsIpam, { http: { 'aws-enis': { status: 500, body: '' } } })))).toEqual({
    allocations: 'missing',
    pool: 'failed',
  })
})

test.each(['/var/run', '/run', '/var/lib/azure-network'])('the state of the Azure CNI is found in %s', async folder => {
  const files = { [`${folder}/azure-vnet-ipam.json`]: '{"IPAM":{"AddressSpaces":{}}}' }
  expect(reasonsOf(given(await collect(azureIpam, { files })))).toEqual({ pools: 'ok', endpoints: 'missing' })
})

test('state that may not be read is not absent', async () => {
  const files = { '/var/run/azure-vnet-ipam.json': denied, '/var/run/azure-vnet.json': denied }
  expect(reasonOf(await collect(azureIpam, { files }))).toBe('denied')
  const http = { 'aws-enis': denied }
  expect(reasonOf(await collect(awsIpam, { files: { '/var/run/aws-node/ipam.json': denied }, http }))).toBe('denied')
})
