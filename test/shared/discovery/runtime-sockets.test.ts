import { expect, test } from 'vitest'
import { findRuntimeSockets } from '../../../shared/discovery/runtime-sockets.ts'
import { memoryHost } from '../../support/memory-host.ts'
import { init, processFiles } from '../../support/process-files.ts'

const kubelet = (...args: readonly string[]) => ({ ...init, ...processFiles(7, 'kubelet', ...args) })
const find = (files: Parameters<typeof memoryHost>[0]['files']) =>
  findRuntimeSockets(memoryHost({ ...(files ? { files } : {}) }))
const socket = { socket: true } as const

test('the flag of the kubelet is the only answer', async () => {
  const files = {
    ...kubelet('--container-runtime-endpoint=unix:///run/x.sock'),
    '/run/containerd/containerd.sock': socket,
  }
  expect(await find(files)).toEqual(['/run/x.sock'])
})

test('its configuration is, where there is no flag', async () => {
  const config = 'kind: KubeletConfiguration\ncontainerRuntimeEndpoint: unix:///var/run/crio/crio.sock\n'
  const files = {
    ...kubelet('--config', '/etc/k.yaml'),
    '/etc/k.yaml': config,
    '/var/run': { link: '/run' },
    '/run/crio/crio.sock': socket,
  }
  expect(await find(files)).toEqual(['/run/crio/crio.sock'])
})

test('else every known socket that exists, containerd first', async () => {
  const files = {
    '/run/crio/crio.sock': socket,
    '/run/k3s/containerd/containerd.sock': socket,
    '/run/containerd/containerd.sock': socket,
    '/run/cri-dockerd.sock': 'no socket',
  }
  expect(await find(files)).toEqual([
    '/run/containerd/containerd.sock',
    '/run/crio/crio.sock',
    '/run/k3s/containerd/containerd.sock',
  ])
  expect(await find({ '/etc/hostname': 'n' })).toEqual([])
})
