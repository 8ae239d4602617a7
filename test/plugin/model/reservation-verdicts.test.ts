import { expect, test } from 'vitest'
import { gatherWitnesses, type WitnessSources } from '../../../plugin/model/leak-witnesses.ts'
import { judgeReservations } from '../../../plugin/model/reservation-verdicts.ts'
import type { CniResultEntry } from '../../../shared/node/cni-results.ts'
import type { HostLocal, Reservation } from '../../../shared/node/host-local.ts'
import { ok, type Reading, unavailable } from '../../../shared/reading.ts'
import { pod } from '../../support/api-objects.ts'
import { hostLocal, runtime } from '../../support/host-objects.ts'
import { minutesAgo } from '../../support/snapshot.ts'

const path = '/var/lib/cni/networks/net'
const unasked = unavailable('not-recorded', 'nobody asked')
const refused = unavailable('denied', 'permission denied')
const old: Reservation = { address: '10.0.0.9', containerId: 'gone', interfaceName: 'eth0', mtime: null, inode: 7 }
const neighbour = (state: string) => {
  const table = { limits: unasked, counters: unasked, later: unasked }
  const entry = { address: old.address, device: 'cni0', mac: null, state }
  return ok({ entries: ok([entry]), complete: true, ipv4: table, ipv6: table })
}
const result = (change: Partial<CniResultEntry>): WitnessSources['cniResults'] => {
  const pod = { namespace: 'shop', name: 'web-0', uid: 'u' }
  const entry = { network: 'net', containerId: 'gone', interfaceName: 'eth0', addresses: [], interfaces: [], pod }
  const results = ok({
    entries: [{ ...entry, netns: '/var/run/netns/cni-1', mtime: null, ...change }],
    strays: [],
    omitted: 0,
  })
  return ok({ caches: [{ path: '/var/lib/cni/results', results }] })
}
const programs = (...names: string[]) => ok({ processes: names.map((name, pid) => ({ name, pid, args: [] })) })
const inside = (address: string): WitnessSources['podNamespaces'] => {
  const network = {
    devices: unasked,
    addresses: ok([{ device: 'eth0', address }]),
    routes: unasked,
    listeners: unasked,
    firstFreePort: unasked,
  }
  return ok({ namespaces: [{ pods: [], isHost: false, network: ok(network) }], complete: true })
}
const looked = (change: Partial<NonNullable<HostLocal['secondLook']>> = {}): HostLocal => ({
  ...hostLocal('net', []),
  secondLook: {
    from: minutesAgo(0),
    until: minutesAgo(-1),
    sandboxes: ok(['alive']),
    namespaces: ok([]),
    changed: [],
    ...change,
  },
})

interface Change extends Partial<WitnessSources> {
  readonly minutes?: number
  readonly containerId?: string
}

function judge({ minutes = 120, containerId = 'gone', ...sources }: Change = {}) {
  const silent = { sandboxes: unasked, runtime: ok(runtime()), neighbours: unasked, processes: unasked }
  const witnesses = gatherWitnesses({
    hostLocal: looked(),
    pods: ok([]),
    ...silent,
    cniResults: unasked,
    podNamespaces: unasked,
    ...sources,
  })
  const reservation = { ...old, containerId, mtime: minutesAgo(minutes) }
  const [verdict] = judgeReservations([reservation], { path, witnesses, takenAt: Date.parse(minutesAgo(0)) })
  return verdict
}

test('an old reservation of which no witness knows anything is leaked, with what the runtime remembers of it', () => {
  expect(judge()).toMatchObject({ state: 'leaked', pod: null, ageMs: 120 * 60_000 })
  expect(
    judge({ cniResults: result({}), neighbours: neighbour('stale'), podNamespaces: inside('10.0.0.8/24') }),
  ).toMatchObject({
    state: 'leaked',
    pod: 'shop/web-0',
  })
})

test('the reservation of a sandbox that any list of the runtime has is live, ready or not, whatever else is unread', () => {
  const listed = {
    sandboxes: [{ id: 'late', pod: { namespace: 'a', name: 'b', uid: '' }, ready: false, createdAt: null }],
  }
  expect(judge({ containerId: 'alive', pods: refused })?.state).toBe('live')
  expect(judge({ containerId: 'late', sandboxes: ok(listed) })).toMatchObject({ state: 'live', pod: 'a/b' })
})

const unknown: readonly (readonly [string, Change])[] = [
  ['younger than the grace period', { minutes: 29 }],
  ['of the future', { minutes: -5 }],
  ['empty', { containerId: '' }],
  ['changed at the second look', { hostLocal: looked({ changed: [`${path}/${old.address}`] }) }],
  ['of a pod of the API', { pods: ok([pod({ ips: [old.address] })]) }],
  ['answered for by a neighbour', { neighbours: neighbour('reachable') }],
  ['held by a device in a pod', { podNamespaces: inside('10.0.0.9/24') }],
  ['of a namespace that exists', { cniResults: result({}), hostLocal: looked({ namespaces: ok(['cni-1']) }) }],
  ['without a runtime that answers', { hostLocal: looked({ sandboxes: refused }) }],
  ['without the API', { pods: refused }],
  ['without its neighbours', { neighbours: refused }],
  ['without its result cache', { cniResults: ok({ caches: [{ path: '/x', results: refused }] }) }],
  ['without its namespaces', { hostLocal: looked({ namespaces: refused }) }],
  ['beside another runtime', { processes: programs('containerd', 'crio') }],
  ['beside the shim of Docker', { processes: programs('cri-dockerd') }],
]

test.each(unknown)('a reservation is unknown when it is %s', (_, change) => {
  expect(judge(change)?.state).toBe('unknown')
})

test('a finished pod keeps no address, and the runtime that was asked is no other one', () => {
  const processes = programs('dockerd', 'containerd', 'cri-dockerd')
  const docker: Reading<ReturnType<typeof runtime>> = ok(runtime({ name: 'docker' }))
  expect(
    judge({ pods: ok([pod({ ips: [old.address], phase: 'Succeeded' })]), processes, runtime: docker })?.state,
  ).toBe('leaked')
})

test('without a list between two looks only the runtime’s own list counts', () => {
  expect(judge({ hostLocal: hostLocal('net', []), sandboxes: ok({ sandboxes: [] }) })?.state).toBe('leaked')
  expect(judge({ hostLocal: hostLocal('net', []) })?.state).toBe('unknown')
})
