import { expect, test } from 'vitest'
import { describeAddresses } from '../../../plugin/model/ipam-overview.ts'
import { renderIpam } from '../../../plugin/report/ipam.ts'
import { plain } from '../../../plugin/report/paint.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { pod } from '../../support/api-objects.ts'
import { type GivenCluster, type GivenParts, minutesAgo, snapshot } from '../../support/snapshot.ts'

const [here, gone] = ['a'.repeat(64), 'b'.repeat(64)]
const unread = unavailable('not-recorded', '')
const sandboxes = {
  sandboxes: [{ id: here, ready: true, createdAt: minutesAgo(60), pod: { namespace: 'a', name: 'b', uid: '' } }],
}

const described = (parts: GivenParts, cluster: GivenCluster = {}) =>
  describeAddresses(
    snapshot({ nodes: { node1: { sandboxes, ...parts } }, cluster: { pods: [pod()], ...cluster } }),
    undefined,
  )

const othersOf = (...given: Parameters<typeof described>) => described(...given)[0]?.others

const slot = (address: string, id: string, inUse: boolean) => ({ address, id, inUse })
const azureIpam: GivenParts['azureIpam'] = {
  pools: ok([
    {
      id: '10.0.0.0/28',
      gateway: null,
      interfaceName: null,
      addresses: [
        slot('10.0.0.4', 'aaaaaaaa-eth0', true),
        slot('10.0.0.5', 'bbbbbbbb-eth0', false),
        slot('10.0.0.6', '', false),
      ],
    },
  ]),
  endpoints: unread,
}

test('Azure CNI keeps what no container has', () => {
  expect(othersOf({ azureIpam })).toMatchObject([{ manager: 'Azure CNI', used: 2, free: 1, leaked: 1, unread: null }])
})

test('Weave Net owns addresses of its ranges, of which those of the host itself are no leak', () => {
  const owned = [here, gone, 'weave:expose'].map((containerId, index) => ({
    containerId,
    addresses: [`10.32.0.${index + 1}/12`],
  }))
  const peers = [{ peer: 'aa:bb', nickname: 'node1', addresses: 100, active: 3, unreachable: false }]
  const weave = { owned: ok(owned), peers: ok(peers), status: unread, database: unread }
  expect(othersOf({ weave })).toMatchObject([{ manager: 'Weave Net', used: 3, free: 97, leaked: 1 }])
})

test('ipamd of AWS counts its pool, and an allocation of no sandbox is a leak when it is old', () => {
  const allocation = (containerId: string, minutes: number, last: number) => ({
    network: null,
    containerId,
    interfaceName: 'eth0',
    addresses: [`10.0.0.${last}`],
    since: minutesAgo(minutes),
    pod: null,
  })
  const allocations = ok([allocation(here, 60, 4), allocation(gone, 60, 5), allocation('c'.repeat(64), 10, 6)])
  const awsIpam = { allocations, pool: ok({ total: 14, assigned: 3, interfaces: 1 }) }
  expect(othersOf({ awsIpam })).toMatchObject([{ manager: 'AWS VPC CNI', used: 3, free: 11, leaked: 1 }])
  expect(othersOf({ awsIpam: { ...awsIpam, allocations: unavailable('denied', 'no') } })).toMatchObject([
    { used: 3, free: 11, leaked: null, unread: 'no' },
  ])
})

test('Calico has blocks of the node, and Cilium counts only where its operator does', () => {
  const attributes = { namespace: 'shop', pod: 'gone', node: 'node1', timestamp: minutesAgo(60) }
  const block = {
    name: 'b',
    cidr: '10.244.1.0/26',
    node: 'node1',
    free: 63,
    deleted: false,
    allocations: [{ ordinal: 9, handle: 'h', attributes, releasedAt: null }],
  }
  const elsewhere = { ...block, node: 'node2', allocations: [] }
  expect(othersOf({}, { calicoBlocks: [block, elsewhere] })).toMatchObject([
    { manager: 'Calico', used: 1, free: 63, leaked: 1 },
  ])
  const own = { name: 'node1', addresses: [{ type: 'InternalIP', ip: '192.168.0.1' }], podCIDRs: [], operatorError: '' }
  const endpoint = (name: string, ip: string) => ({
    namespace: 'default',
    name,
    state: 'ready',
    nodeAddress: '192.168.0.1',
    ips: [ip],
    createdAt: minutesAgo(60),
  })
  const ciliumEndpoints = [endpoint('web-1', '10.244.1.2'), endpoint('gone', '10.244.1.3')]
  expect(othersOf({}, { ciliumNodes: [{ ...own, pool: null, used: [] }], ciliumEndpoints })).toMatchObject([
    { manager: 'Cilium', used: 2, free: null, leaked: 1 },
  ])
  const used = [{ address: '10.0.0.7', owner: 'shop/gone' }]
  expect(othersOf({}, { ciliumNodes: [{ ...own, pool: 8, used }], ciliumEndpoints: [] })).toMatchObject([
    { manager: 'Cilium', used: 1, free: 7, leaked: 1 },
  ])
})

test('what was refused is unknown, and what is not there has no row', () => {
  expect(othersOf({ azureIpam: unavailable('missing', '') }, { calicoBlocks: unavailable('missing', '') })).toEqual([])
  const refused = unavailable('denied', 'it may not be read')
  expect(othersOf({ azureIpam, sandboxes: refused }, { calicoBlocks: refused })).toMatchObject([
    { manager: 'Azure CNI', used: 2, free: 1, leaked: null, unread: expect.stringContaining('may not') },
    { manager: 'Calico', used: null, free: null, leaked: null, unread: 'it may not be read' },
  ])
})

test('each has a line, and the way to give back where something leaked', () => {
  const text = renderIpam(described({ azureIpam }), { paint: plain, wide: false })
  expect(text).toMatch(/node1 +Azure CNI +2 +1 +1\n +Azure CNI: kubectl netcheck explain IPM009/)
})
