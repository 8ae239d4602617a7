import { expect, test } from 'vitest'
import { endpointSlices } from '../../../plugin/cluster/endpoint-slices.ts'
import { endpoints } from '../../../plugin/cluster/endpoints.ts'
import { resources } from '../../../plugin/kube/port.ts'
import { listFile, readPart } from '../../support/read-part.ts'

const metadata = { name: 'web-1', namespace: 'shop' }

async function readEndpoint(endpoint: unknown, version = 'v1') {
  const slice = { metadata, addressType: 'IPv4', endpoints: [endpoint] }
  const reading = await readPart(endpointSlices, listFile({ ...resources.endpointslices, version }, [slice]))
  return reading.status === 'ok' ? reading.value[0]?.endpoints[0] : reading
}

test('a terminating endpoint serves without being ready', async () => {
  const conditions = { ready: false, serving: true, terminating: true }
  expect(await readEndpoint({ addresses: ['10.0.0.1'], conditions })).toMatchObject(conditions)
  expect(await readEndpoint({ conditions: { ready: false } })).toMatchObject({ serving: false, terminating: false })
})

test('hints name zones and nodes', async () => {
  const hints = { forZones: [{ name: 'a' }], forNodes: [{ name: 'n1' }] }
  expect(await readEndpoint({ hints, zone: 'a' })).toMatchObject({ zone: 'a', hintZones: ['a'], hintNodes: ['n1'] })
})

test('slices of v1beta1 are read where there are none of v1, with the node from the topology', async () => {
  const topology = { 'kubernetes.io/hostname': 'n1', 'topology.kubernetes.io/zone': 'a' }
  expect(await readEndpoint({ addresses: ['10.0.0.1'], topology }, 'v1beta1')).toMatchObject({ node: 'n1', zone: 'a' })
})

test('without either version the answer of v1 stands', async () => {
  expect(await readPart(endpointSlices, {})).toMatchObject({ reason: 'not-recorded' })
  const refused = [{ path: '/apis/discovery.k8s.io/v1/endpointslices', status: 403 }]
  expect(await readPart(endpointSlices, { 'cluster/errors.json': refused })).toMatchObject({ reason: 'denied' })
})

test('a slice of no controller is told from one that somebody keeps', async () => {
  const labels = { 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'me' }
  const items = [{ metadata }, { metadata: { ...metadata, labels }, addressType: 'IPv6' }]
  const reading = await readPart(endpointSlices, listFile(resources.endpointslices, items))
  expect(reading).toMatchObject({
    value: [
      { service: null, managedBy: null, addressType: 'IPv4' },
      { service: 'web', managedBy: 'me', addressType: 'IPv6' },
    ],
  })
})

test('Endpoints keep ready and unready addresses apart', async () => {
  const targetRef = { kind: 'Pod', namespace: 'shop', name: 'p' }
  const subsets = [
    { addresses: [{ ip: '10.0.0.1', nodeName: 'n1', targetRef }], notReadyAddresses: null, ports: [{ port: 80 }] },
    { notReadyAddresses: [{ ip: '10.0.0.2' }] },
  ]
  const reading = await readPart(endpoints, listFile(resources.endpoints, [{ metadata, subsets }, { metadata }]))
  expect(reading).toMatchObject({
    value: [
      {
        subsets: [
          { ready: [{ ip: '10.0.0.1', node: 'n1', target: targetRef }], notReady: [], ports: [{ protocol: 'TCP' }] },
          { ready: [], notReady: [{ ip: '10.0.0.2', node: null, target: null }], ports: [] },
        ],
      },
      { subsets: [] },
    ],
  })
})
