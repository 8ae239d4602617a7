import { expect, test } from 'vitest'
import { recordKube } from '../../../plugin/bundle/record-kube.ts'
import { replayKube } from '../../../plugin/bundle/replay-kube.ts'
import { type Kube, resources } from '../../../plugin/kube/port.ts'
import type { Reading } from '../../../shared/reading.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'

const files = {
  'cluster/version.json': { gitVersion: 'v1.36.0' },
  'cluster/resources/core/v1/nodes.json': { kind: 'NodeList', items: [{ metadata: { name: 'n1' } }] },
  'cluster/resources/apps/v1/daemonsets.json': { items: null },
  'cluster/resources/core/v1/services.json': '{"items": [',
  'cluster/errors.json': [
    { path: '/api/v1/pods?limit=500', status: 403, message: 'pods is forbidden' },
    { path: '/apis/discovery.k8s.io/v1/endpointslices', status: 404 },
  ],
  'cluster/logs/kube-system/p/c.log': 'one\ntwo\n',
  'cluster/logs/kube-system/p/c.previous.log': 'panic\n',
}

const reasonOf = (reading: Reading<unknown>) => (reading.status === 'ok' ? 'ok' : reading.reason)
const log = { namespace: 'kube-system', pod: 'p', container: 'c' }

test('lists, version and logs come back as they were recorded', async () => {
  const kube = replayKube(memoryBundle(files))
  expect(await kube.version()).toEqual({ status: 'ok', value: 'v1.36.0' })
  expect(await kube.list(resources.nodes)).toEqual({ status: 'ok', value: [{ metadata: { name: 'n1' } }] })
  expect(await kube.list(resources.daemonsets)).toEqual({ status: 'ok', value: [] })
  expect(await kube.logs({ ...log, previous: true })).toEqual({ status: 'ok', value: 'panic\n' })
})

test('what the API refused has its reason, what was not asked for is not recorded, what is broken is malformed', async () => {
  const kube = replayKube(memoryBundle(files))
  expect(await kube.list(resources.pods)).toMatchObject({ reason: 'denied', detail: 'pods: pods is forbidden' })
  expect(reasonOf(await kube.list(resources.endpointslices))).toBe('unsupported')
  expect(reasonOf(await kube.list(resources.events))).toBe('not-recorded')
  expect(reasonOf(await kube.list(resources.services))).toBe('malformed')
  expect(reasonOf(await kube.logs({ ...log, pod: 'q' }))).toBe('not-recorded')
})

test('the replay of a recording answers every read as the API did', async () => {
  const everything = async (kube: Kube) => [
    await kube.version(),
    await kube.logs(log),
    ...(await Promise.all(
      [resources.nodes, resources.daemonsets, resources.pods, resources.endpointslices].map(kube.list),
    )),
  ]
  const recorder = recordKube(replayKube(memoryBundle(files)))
  const live = await everything(recorder.kube)
  const recorded = [...recorder.files()].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])
  const replayed = await everything(replayKube(memoryBundle(Object.fromEntries(recorded))))
  expect(replayed.map(reasonOf)).toEqual(live.map(reasonOf))
  expect(replayed.slice(0, 4)).toEqual(live.slice(0, 4))
})
