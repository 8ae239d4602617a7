import { expect, test } from 'vitest'
import { sweep } from '../../../plugin/agents/sweep.ts'
import type { Resource } from '../../../plugin/kube/port.ts'
import { fakeCluster } from '../../support/fake-cluster.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const given = { namespace: 'kube-system', all: false, now, looks: 1, pause: async () => undefined }

interface Changes {
  readonly created?: string
  readonly finished?: boolean
  readonly deleting?: boolean
}

const object = (run: string, { created = '2026-01-01T11:59:00Z', finished, deleting }: Changes = {}) => ({
  metadata: {
    name: `netcheck-${run}`,
    labels: { 'app.kubernetes.io/instance': run },
    creationTimestamp: created,
    ...(deleting ? { deletionTimestamp: created } : {}),
  },
  spec: { activeDeadlineSeconds: 120 },
  status: finished ? { conditions: [{ type: 'Failed', status: 'True' }] } : {},
})

function leftovers(daemonSets: readonly unknown[], jobs: readonly unknown[]) {
  const lists: string[] = []
  const select = ({ plural }: Resource) => {
    lists.push(plural)
    return plural === 'daemonsets' ? daemonSets : plural === 'jobs' ? jobs : []
  }
  return { cluster: fakeCluster({ select }), lists }
}

test('a run whose anchor is alive is left alone', async () => {
  const { cluster } = leftovers([object('aaaaaaaa')], [object('aaaaaaaa')])
  expect(await sweep(cluster, given)).toEqual({ runs: [], remaining: [] })
  expect(cluster.steps).toEqual([])
})

test.each([
  ['has no anchor', [object('aaaaaaaa')], []],
  ['has an anchor that ended', [], [object('aaaaaaaa', { finished: true })]],
  ['has an anchor that is being deleted', [], [object('aaaaaaaa', { deleting: true })]],
  ['has an anchor whose deadline is long over', [], [object('aaaaaaaa', { created: '2026-01-01T10:00:00Z' })]],
])('a run that %s is removed whole', async (_name, daemonSets, jobs) => {
  const { cluster } = leftovers(daemonSets, jobs)
  expect(await sweep(cluster, given)).toMatchObject({ runs: ['aaaaaaaa'] })
  expect(cluster.steps).toHaveLength(4)
})

test('a clock that is a few minutes ahead kills no run', async () => {
  const { cluster } = leftovers([], [object('aaaaaaaa', { created: '2026-01-01T11:30:00Z' })])
  expect(await sweep(cluster, given)).toMatchObject({ runs: [] })
})

test('anchors are listed last, so that a run that begins meanwhile is never taken for dead', async () => {
  const { cluster, lists } = leftovers([], [])
  await sweep(cluster, given)
  expect(lists).toEqual(['daemonsets', 'jobs'])
})

test('a cleanup removes runs that are alive as well', async () => {
  const { cluster } = leftovers([object('aaaaaaaa')], [object('aaaaaaaa'), object('bbbbbbbb')])
  expect(await sweep(cluster, { ...given, all: true })).toMatchObject({ runs: ['aaaaaaaa', 'bbbbbbbb'] })
})

test('objects of others with such labels are left alone', async () => {
  const { cluster } = leftovers([object('not-a-run')], [{ metadata: { name: 'x' } }])
  expect(await sweep(cluster, { ...given, all: true })).toMatchObject({ runs: [] })
})
