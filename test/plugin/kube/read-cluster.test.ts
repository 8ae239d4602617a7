import { expect, test } from 'vitest'
import { replayKube } from '../../../plugin/bundle/replay-kube.ts'
import type { Kube } from '../../../plugin/kube/port.ts'
import { readCluster } from '../../../plugin/kube/read-cluster.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'

const list = (group: string, plural: string, items: readonly unknown[]) => ({
  [`cluster/resources/${group}/v1/${plural}.json`]: { items },
})

const read = async (files: Record<string, unknown>) => (await readCluster(replayKube(memoryBundle(files)))).parts

const unwrap = (part: { status: string; value?: unknown }) => part.value

test('netcheck’s own pods, daemon sets and events are left out', async () => {
  const labels = { 'app.kubernetes.io/name': 'kubectl-netcheck' }
  const own = { metadata: { name: 'netcheck-0123abcd-x1', namespace: 'kube-system', labels } }
  const event = (name: string) => ({ metadata: { name: 'e' }, involvedObject: { kind: 'Pod', name } })
  const parts = await read({
    ...list('core', 'pods', [own, { metadata: { name: 'web', namespace: 'shop' } }]),
    ...list('apps', 'daemonsets', [own]),
    ...list('core', 'events', [event('netcheck-0123abcd-x1'), event('netcheck-ui'), event('web')]),
  })
  expect(unwrap(parts.pods)).toMatchObject([{ name: 'web' }])
  expect(unwrap(parts.daemonSets)).toEqual([])
  expect(unwrap(parts.events)).toMatchObject([{ object: { name: 'netcheck-ui' } }, { object: { name: 'web' } }])
})

test('an object of the wrong shape makes its list malformed and no other', async () => {
  const parts = await read({ ...list('core', 'pods', [{ metadata: { name: 7 } }]), ...list('core', 'events', []) })
  expect(parts.pods).toMatchObject({ status: 'unavailable', reason: 'malformed' })
  expect(parts.events).toMatchObject({ status: 'ok' })
})

test('each list is asked for once although several parts need it', async () => {
  const asked: string[] = []
  const kube = replayKube(memoryBundle(list('core', 'pods', [])))
  const counting: Kube = {
    ...kube,
    list: resource => {
      asked.push(resource.plural)
      return kube.list(resource)
    },
  }
  await readCluster(counting)
  expect(asked.filter(plural => plural === 'pods')).toHaveLength(1)
})

test('what nobody wants is not asked for', async () => {
  const kube = replayKube(memoryBundle(list('core', 'pods', [])))
  const asked: string[] = []
  const counting: Kube = {
    ...kube,
    list: resource => {
      asked.push(resource.plural)
      return kube.list(resource)
    },
  }
  const { parts } = await readCluster(counting, { wanted: ['pods'] })
  expect(asked).toEqual(['pods'])
  expect(parts.services).toMatchObject({ status: 'unavailable', reason: 'not-recorded' })
})

test('logs of network components are read, first of those that are not well, also of their run before', async () => {
  const pod = (name: string, image: string, ready: boolean, restartCount = 0) => ({
    metadata: { name, namespace: 'kube-system' },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image }] },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'c', ready, restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    },
  })
  const parts = await read({
    ...list('core', 'pods', [
      pod('kube-proxy-2', 'registry.k8s.io/kube-proxy:v1', true),
      pod('kube-proxy-1', 'registry.k8s.io/kube-proxy:v1', false, 3),
      pod('web', 'nginx', false, 3),
    ]),
    'cluster/logs/kube-system/kube-proxy-1/c.log': 'now',
    'cluster/logs/kube-system/kube-proxy-1/c.previous.log': 'before',
  })
  expect(unwrap(parts.componentLogs)).toMatchObject([
    { pod: 'kube-proxy-1', container: 'c', current: { value: 'now' }, previous: { value: 'before' } },
    { pod: 'kube-proxy-2', container: 'c', current: { reason: 'not-recorded' }, previous: null },
  ])
})

test('fields that the API leaves out or sets to null have their documented default', async () => {
  const parts = await read({
    ...list('core', 'nodes', [
      { metadata: { name: 'n', labels: null }, spec: { podCIDR: '10.0.0.0/24' }, status: { conditions: null } },
    ]),
    ...list('discovery.k8s.io', 'endpointslices', [
      {
        metadata: { name: 's', namespace: 'a' },
        endpoints: [{ addresses: ['10.0.0.1'], conditions: {} }],
        ports: null,
      },
    ]),
    ...list('core', 'events', [
      {
        metadata: { name: 'e' },
        eventTime: '2026-01-01T00:00:00Z',
        count: null,
        series: { count: 7, lastObservedTime: '2026-01-02T00:00:00Z' },
      },
    ]),
  })
  expect(unwrap(parts.nodes)).toMatchObject([{ name: 'n', os: 'linux', podCIDRs: ['10.0.0.0/24'], conditions: [] }])
  expect(unwrap(parts.endpointSlices)).toMatchObject([{ service: null, ports: [], endpoints: [{ ready: true }] }])
  expect(unwrap(parts.events)).toMatchObject([
    { count: 7, firstSeen: '2026-01-01T00:00:00Z', lastSeen: '2026-01-02T00:00:00Z' },
  ])
})
