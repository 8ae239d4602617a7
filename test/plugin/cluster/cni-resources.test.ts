import { expect, test } from 'vitest'
import { calicoBlocks } from '../../../plugin/cluster/calico-blocks.ts'
import { calicoPools } from '../../../plugin/cluster/calico-pools.ts'
import { ciliumEndpoints } from '../../../plugin/cluster/cilium-endpoints.ts'
import { ciliumNodes } from '../../../plugin/cluster/cilium-nodes.ts'
import { whereaboutsPools } from '../../../plugin/cluster/whereabouts-pools.ts'
import { whereaboutsReservations } from '../../../plugin/cluster/whereabouts-reservations.ts'
import { listFile, readPart } from '../../support/read-part.ts'

const calico = (plural: string) => ({ group: 'crd.projectcalico.org', version: 'v1', plural })
const cilium = (plural: string) => ({ group: 'cilium.io', version: 'v2', plural })
const metadata = { name: 'n1' }

test('each taken address of a Calico block has the attributes that its index names', async () => {
  const spec = {
    cidr: '10.0.0.0/26',
    affinity: 'host:n1',
    unallocated: [1],
    deleted: 'false',
    allocations: [1, null, 0],
    attributes: [{ handle_id: 'b', secondary: { pod: 'p' } }, { handle_id: 'a' }],
  }
  expect(await readPart(calicoBlocks, listFile(calico('ipamblocks'), [{ metadata, spec }]))).toMatchObject({
    value: [
      {
        node: 'n1',
        free: 1,
        deleted: false,
        allocations: [
          { ordinal: 0, handle: 'a', attributes: {} },
          { ordinal: 2, handle: 'b', attributes: { pod: 'p' } },
        ],
      },
    ],
  })
})

test('pools have their modes and Cilium its nodes and endpoints', async () => {
  const pool = { metadata, spec: { cidr: '10.0.0.0/16', ipipMode: 'Always' } }
  expect(await readPart(calicoPools, listFile(calico('ippools'), [pool]))).toMatchObject({
    value: [{ cidr: '10.0.0.0/16', ipipMode: 'Always', vxlanMode: 'Never', disabled: false }],
  })
  const node = { metadata, spec: { ipam: { podCIDRs: ['10.0.0.0/24'] } }, status: { ipam: { 'operator-status': {} } } }
  expect(await readPart(ciliumNodes, listFile(cilium('ciliumnodes'), [node]))).toMatchObject({
    value: [{ name: 'n1', podCIDRs: ['10.0.0.0/24'], operatorError: '', pool: null, used: [] }],
  })
  const status = { state: 'ready', networking: { node: '192.168.0.1', addressing: [{ ipv4: '10.0.0.2' }] } }
  expect(await readPart(ciliumEndpoints, listFile(cilium('ciliumendpoints'), [{ metadata, status }]))).toMatchObject({
    value: [{ state: 'ready', nodeAddress: '192.168.0.1', ips: ['10.0.0.2'] }],
  })
})

test('the operator of Cilium counts what a node may give, and says who uses it', async () => {
  const spec = { ipam: { pool: { '10.0.0.7': {}, '10.0.0.8': {} } } }
  const status = { ipam: { used: { '10.0.0.7': { owner: 'shop/web', resource: 'eni-1' } } } }
  expect(await readPart(ciliumNodes, listFile(cilium('ciliumnodes'), [{ metadata, spec, status }]))).toMatchObject({
    value: [{ pool: 2, used: [{ address: '10.0.0.7', owner: 'shop/web' }] }],
  })
})

test('positions of Whereabouts count from the address of the range, and other keys are nobody’s', async () => {
  const pools = { group: 'whereabouts.cni.cncf.io', version: 'v1alpha1', plural: 'ippools' }
  const allocations = { 3: { id: 'c', podref: 'shop/web' }, 300: { podref: 'a/b', ipamclaimref: 'a/claim' }, x: {} }
  const items = [
    { metadata, spec: { range: '10.9.0.0/16', allocations } },
    { metadata, spec: { range: 'fd00::/64', allocations: { '18446744073709551615': { podref: 'a/b' } } } },
    { metadata, spec: { range: 'none', allocations: { 1: {} } } },
  ]
  expect(await readPart(whereaboutsPools, listFile(pools, items))).toMatchObject({
    value: [
      {
        allocations: [
          { address: '10.9.0.3', containerId: 'c', pod: 'shop/web', claim: null },
          { address: '10.9.1.44', containerId: '', claim: 'a/claim' },
        ],
      },
      { allocations: [{ address: 'fd00::ffff:ffff:ffff:ffff' }] },
      { allocations: [] },
    ],
  })
  const reservations = { ...pools, plural: 'overlappingrangeipreservations' }
  const item = { metadata: { name: '10.9.0.3' }, spec: { podref: 'shop/web' } }
  expect(await readPart(whereaboutsReservations, listFile(reservations, [item]))).toEqual({
    status: 'ok',
    value: [{ name: '10.9.0.3', pod: 'shop/web', claim: null }],
  })
})

test('a kind that the cluster does not know is missing, a refused one denied', async () => {
  const answered = (status: number) => ({
    'cluster/errors.json': [{ path: '/apis/crd.projectcalico.org/v1/ipamblocks', status }],
  })
  expect(await readPart(calicoBlocks, answered(404))).toMatchObject({ reason: 'missing' })
  expect(await readPart(calicoBlocks, answered(403))).toMatchObject({ reason: 'denied' })
})
