import { expect, test } from 'vitest'
import { processes } from '../../../shared/node/processes.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import { init, processFiles } from '../../support/process-files.ts'

test('programs that matter to the network, by pid, without secrets', async () => {
  const files = {
    ...init,
    ...processFiles(200, 'kubelet', '--v=2'),
    ...processFiles(30, 'k3s-server', '--token=K10'),
    ...processFiles(31, 'nginx', '-g', 'daemon off;'),
    '/proc/net/route': '',
  }
  expect(given(await collect(processes, { files })).processes).toEqual([
    { pid: 30, name: 'k3s-server', args: ['k3s-server', '--token=***'] },
    { pid: 200, name: 'kubelet', args: ['kubelet', '--v=2'] },
  ])
})

test('a process that was stopped shows it, whatever its name', async () => {
  const files = { ...init, ...processFiles(57, 'kube-proxy'), '/proc/57/stat': '57 (kube) S (proxy) T 1 57 57 0 -1' }
  expect(given(await collect(processes, { files })).processes).toMatchObject([{ pid: 57, state: 'T' }])
})

test('a host where nothing of them runs is known not to run them', async () => {
  expect(given(await collect(processes, { files: init })).processes).toEqual([])
})

test('a process that ends meanwhile is none', async () => {
  const files = { ...init, '/proc/7/comm': unavailable('missing', 'gone'), '/proc/8/status': '' }
  expect(given(await collect(processes, { files })).processes).toEqual([])
})

test('some processes are not all: the part is unread', async () => {
  expect(reasonOf(await collect(processes, { files: processFiles(7, 'kubelet') }))).toBe('not-recorded')
  expect(reasonOf(await collect(processes, { files: { '/proc/sys/x': '1' } }))).toBe('not-recorded')
  const unread = { ...init, '/proc/7/comm': unavailable('denied', 'no') }
  expect(reasonOf(await collect(processes, { files: unread }))).toBe('denied')
})
