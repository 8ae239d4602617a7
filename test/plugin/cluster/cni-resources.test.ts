import { expect, test } from 'vitest'
import { calicoBlocks } from '../../../plugin/cluster/calico-blocks.ts'
import { calicoPools } from '../../../plugin/cluster/calico-pools.ts'
import { ciliumEndpoints } from '../../../plugin/cluster/cilium-endpoints.ts'
import { ciliumNodes } from '../../../plugin/cluster/cilium-nodes.ts'
import { listFile, readPart } from '../../support/read-part.ts'

const calico = (plural: string) => ({ group: 'crd.projectcalico.org', version: 'v1', plural })
const cilium = (plural: string) => ({ group: 'cilium.io', version: 'v2', plural })
const metadata = { name: 'n1' }

test('each taken address of a Calico block has the attributes that its index names', async () => {
  const spec = {
    ...{ cidr: '10.0.0.0/26', affinity: 'host:n1', unallocated: [1], deleted: 'false' },
    allocations: [1, null, 0],
    attributes: [{ handle_id: 'b', secondary: { pod: 'p' } }, { handle_id: 'a' }],
  }
  expect(await readPart(calicoBlocks, listFile(calico('ipamblocks'), [{ metadata, spec }]))).toMatchObject({
    value: [
      {
        ...{ node: 'n1', free: 1, deleted: false },
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
    value: [{ name: 'n1', podCIDRs: ['10.0.0.0/24'], operatorError: '' }],
  })
  const status = { state: 'ready', networking: { node: '192.168.0.1', addressing: [{ ipv4: '10.0.0.2' }] } }
  expect(await readPart(ciliumEndpoints, listFile(cilium('ciliumendpoints'), [{ metadata, status }]))).toMatchObject({
    value: [{ state: 'ready', nodeAddress: '192.168.0.1', ips: ['10.0.0.2'] }],
  })
})

test('a kind that the cluster does not know is missing, a refused one denied', async () => {
  const answered = (status: number) => ({
    'cluster/errors.json': [{ path: '/apis/crd.projectcalico.org/v1/ipamblocks', status }],
  })
  expect(await readPart(calicoBlocks, answered(404))).toMatchObject({ reason: 'missing' })
  expect(await readPart(calicoBlocks, answered(403))).toMatchObject({ reason: 'denied' })
})
