import { expect, test } from 'vitest'
import { recordKube } from '../../../plugin/bundle/record-kube.ts'
import { replayKube } from '../../../plugin/bundle/replay-kube.ts'
import { apiReadiness } from '../../../plugin/cluster/api-readiness.ts'
import { configMaps } from '../../../plugin/cluster/config-maps.ts'
import { resources } from '../../../plugin/kube/port.ts'
import { isOk } from '../../../shared/reading.ts'
import { memoryBundle } from '../../support/memory-bundle.ts'
import { listFile, readPart } from '../../support/read-part.ts'

const object = (name: string, data: Record<string, string>, namespace = 'kube-system') => ({
  metadata: { name, namespace },
  data,
})
const dnsPod = {
  metadata: { name: 'dns-1', namespace: 'dns' },
  spec: {
    containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.11.1' }],
    volumes: [{ name: 'config', configMap: { name: 'my-corefile' } }],
  },
}
const files = {
  ...listFile(resources.pods, [dnsPod]),
  ...listFile(resources.daemonsets, []),
  ...listFile(resources.deployments, []),
  ...listFile(resources.configmaps, [
    object('my-corefile', { Corefile: '.:53 {}' }, 'dns'),
    object('kube-proxy', { 'config.conf': 'mode: iptables' }),
    object('cluster-info', { kubeconfig: 'x', 'jws-kubeconfig-abc': 'signature' }, 'kube-public'),
    object('of-the-shop', { password: 'word' }, 'shop'),
  ]),
}

test('what pods of the network mount and well-known names are read, and nothing else', async () => {
  const reading = await readPart(configMaps, files)
  const found = isOk(reading) ? reading.value.filter(({ data }) => isOk(data)) : []
  expect(found.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    'dns/my-corefile',
    'kube-system/kube-proxy',
    'kube-public/cluster-info',
  ])
  expect(JSON.stringify(reading)).not.toMatch(/word|signature/)
})

test('one that does not exist is missing, and without any answer the part has the reason', async () => {
  expect(await readPart(configMaps, files)).toMatchObject({
    value: expect.arrayContaining([
      expect.objectContaining({ name: 'coredns', data: expect.objectContaining({ reason: 'missing' }) }),
    ]),
  })
  const refused = { 'cluster/errors.json': [{ path: '/api/v1/configmaps', status: 403 }] }
  expect(await readPart(configMaps, refused)).toMatchObject({ reason: 'denied' })
  expect(await readPart(configMaps, {})).toMatchObject({ reason: 'not-recorded' })
})

test('a recording of named objects answers the same, and does not know the others', async () => {
  const recorder = recordKube(replayKube(memoryBundle(files)))
  const live = await configMaps.collect(recorder.kube)
  const texts = [...recorder.files()].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])
  const replay = replayKube(memoryBundle(Object.fromEntries(texts)))
  const again = await configMaps.collect(replay)
  const outcomes = (reading: typeof live) =>
    isOk(reading) && reading.value.map(({ name, data }) => [name, isOk(data) ? data.value : data.reason])
  expect(outcomes(again)).toEqual(outcomes(live))
  const other = await replay.get(resources.configmaps, { namespace: 'shop', name: 'of-the-shop' })
  expect(other).toMatchObject({ reason: 'not-recorded' })
  expect(await replay.list(resources.configmaps)).toMatchObject({ reason: 'not-recorded' })
})

test('the API server names the checks that it fails', async () => {
  const body = '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed'
  const bad = await readPart(apiReadiness, { 'cluster/readyz.txt': body })
  expect(bad).toMatchObject({ value: { ready: false, failed: ['etcd'] } })
  const good = await readPart(apiReadiness, { 'cluster/readyz.txt': '[+]ping ok\nreadyz check passed\n' })
  expect(good).toMatchObject({ value: { ready: true, failed: [] } })
})
