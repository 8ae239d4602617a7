import { expect, test } from 'vitest'
import type { WitnessSources } from '../../../plugin/model/leak-witnesses.ts'
import { orphanedNamespaces, planRemoval } from '../../../plugin/model/orphaned-namespaces.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { hostLocal, runtime } from '../../support/host-objects.ts'
import { minutesAgo } from '../../support/snapshot.ts'

const unasked = unavailable('not-recorded', 'nobody asked')

const entry = (containerId: string, netns: string | null, minutes = 60) => ({
  network: 'net',
  containerId,
  interfaceName: 'eth0',
  addresses: [],
  interfaces: [],
  pod: { namespace: 'shop', name: `web-${containerId}`, uid: 'u' },
  netns,
  mtime: minutesAgo(minutes),
})

interface Given {
  readonly entries: readonly ReturnType<typeof entry>[]
  readonly listed?: WitnessSources['cniResults']
  readonly sandboxes?: ReturnType<typeof unavailable>
}

function namesOf({ entries, listed, sandboxes }: Given) {
  const results = ok({ entries: [...entries], strays: [], omitted: 0 })
  const secondLook = {
    from: minutesAgo(0),
    until: minutesAgo(-1),
    changed: [],
    sandboxes: sandboxes ?? ok(['alive']),
    namespaces: ok(['cni-1', 'cni-2']),
  }
  const orphans = orphanedNamespaces({
    hostLocal: ok({ ...hostLocal('net', []), secondLook }),
    cniResults: listed ?? ok({ caches: [{ path: '/var/lib/cni/results', results }] }),
    sandboxes: unasked,
    runtime: ok(runtime()),
    neighbours: unasked,
    processes: unasked,
    podNamespaces: unasked,
  })
  return orphans.status === 'ok' ? orphans.value.map(({ name, pod }) => `${name} ${pod}`) : orphans.reason
}

test('the namespace of a sandbox that is gone was left behind', () => {
  expect(namesOf({ entries: [entry('gone', '/var/run/netns/cni-1'), entry('alive', '/run/netns/cni-2')] })).toEqual([
    'cni-1 shop/web-gone',
  ])
})

test.each([
  ['another sandbox that is listed has it', [entry('gone', '/run/netns/cni-1'), entry('alive', '/run/netns/cni-1')]],
  ['it is gone too', [entry('gone', '/run/netns/cni-3')]],
  ['its sandbox may still be in the making', [entry('new', '/run/netns/cni-1', 10)]],
  ['nobody remembers where it was', [entry('gone', null)]],
])('none is named when %s', (_, entries) => {
  expect(namesOf({ entries })).toEqual([])
})

const uuid = (index: number) => `5d1b7f0a-1c2e-4b6f-8a90-${String(index).padStart(12, '0')}`

test('only names that runtimes give are removed, and at most 64 in a run', () => {
  const orphan = (name: string) => ({ name, containerId: 'c1', pod: null })
  const given = [orphan(`cni-${uuid(0)}`), orphan(uuid(1))]
  const odd = ['..', '', 'cni-', '../cni-1', `cni-${uuid(0)}/..`, `${uuid(0)}\n`, 'vpn', '--all', `-${uuid(0)}`].map(
    orphan,
  )
  const { namespaces, refusals, rest } = planRemoval([...odd, ...given])
  expect(namespaces.map(({ name }) => name)).toEqual(given.map(({ name }) => name))
  expect([refusals.length, rest]).toEqual([odd.length, 0])
  const many = planRemoval(Array.from({ length: 70 }, (_, index) => orphan(uuid(index))))
  expect([many.namespaces.length, many.rest]).toEqual([64, 6])
})

test('nothing is said without the runtime or its cache', () => {
  const entries = [entry('gone', '/run/netns/cni-1')]
  expect(namesOf({ entries, sandboxes: unavailable('failed', 'no answer') })).toBe('failed')
  expect(namesOf({ entries, listed: unavailable('denied', 'no') })).toBe('denied')
})
