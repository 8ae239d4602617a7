import { expect, test } from 'vitest'
import { findApiServer } from '../../../shared/discovery/api-server.ts'
import { unavailable } from '../../../shared/reading.ts'
import { given, reasonOf } from '../../support/collect.ts'
import { type MemoryFile, memoryHost } from '../../support/memory-host.ts'

const find = (files: Record<string, MemoryFile>) => findApiServer(memoryHost({ files }))
const config = (server: string) => `clusters:\n- cluster:\n    server: ${server}\n`
const kubelet = {
  '/proc/1/comm': 'init\n',
  '/proc/7/comm': 'kubelet\n',
  '/proc/7/cmdline': 'kubelet\0--kubeconfig=/srv/kubelet.conf\0',
}

test('the kubelet’s own flag goes before the usual files', async () => {
  const files = { '/etc/kubernetes/kubelet.conf': config('https://old:6443') }
  expect(given(await find({ ...files, ...kubelet, '/srv/kubelet.conf': config('https://new:6443') }))).toBe(
    'https://new:6443',
  )
  expect(given(await find(files))).toBe('https://old:6443')
  expect(reasonOf(await find({ ...files, ...kubelet }))).toBe('unsupported')
})

test('a file that may not be read is the reason, unless another tells', async () => {
  const denied = { '/etc/kubernetes/kubelet.conf': unavailable('denied', 'no') }
  expect(reasonOf(await find(denied))).toBe('denied')
  expect(given(await find({ ...denied, '/var/lib/kubelet/kubeconfig': config('https://a:1') }))).toBe('https://a:1')
})

test('that no file names a server does not mean that the server is gone', async () => {
  expect(reasonOf(await find({}))).toBe('unsupported')
})
