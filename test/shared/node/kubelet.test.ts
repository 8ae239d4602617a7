import { expect, test } from 'vitest'
import { kubelet } from '../../../shared/node/kubelet.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import { init, processFiles } from '../../support/process-files.ts'

test('command line, settings and health', async () => {
  const files = {
    ...init,
    ...processFiles(7, 'kubelet', '--config=/k.yaml'),
    '/k.yaml': 'kind: KubeletConfiguration\nmaxPods: 110\n',
  }
  expect(given(await collect(kubelet, { files, http: { 'kubelet-healthz': 'ok' } }))).toMatchObject({
    args: { status: 'ok', value: ['kubelet', '--config=/k.yaml'] },
    configPath: '/k.yaml',
    config: { status: 'ok', value: { maxPods: 110, clusterDNS: [] } },
    healthz: { status: 'ok', value: { status: 200, body: 'ok' } },
  })
})

test('a kubelet that is down or silent is a finding of the part, not a failure of it', async () => {
  const down = given(await collect(kubelet, { files: init }))
  expect([down.args, down.healthz].map(reasonOf)).toEqual(['missing', 'missing'])
  const silent = given(
    await collect(kubelet, { files: init, http: { 'kubelet-healthz': unavailable('timeout', 'silent') } }),
  )
  expect(reasonOf(silent.healthz)).toBe('timeout')
})

test('a recording that holds nothing of it leaves the part unread', async () => {
  const none = unavailable('not-recorded', 'none')
  const paths = [
    '/proc',
    '/var/lib/kubelet/config.yaml',
    '/etc/kubernetes/kubelet/config.json',
    '/etc/kubernetes/kubelet/kubelet-config.json',
    '/home/kubernetes/kubelet-config.yaml',
    '/var/lib/k0s/kubelet-config.yaml',
    '/etc/kubernetes/kubelet.conf',
  ]
  const files = Object.fromEntries(paths.map(path => [path, none]))
  expect(reasonOf(await collect(kubelet, { files, http: { 'kubelet-healthz': none } }))).toBe('not-recorded')
})
