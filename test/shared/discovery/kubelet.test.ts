import { describe, expect, test } from 'vitest'
import { findKubelet } from '../../../shared/discovery/kubelet.ts'
import { unavailable } from '../../../shared/reading.ts'
import { given, reasonOf } from '../../support/collect.ts'
import { type MemoryFile, memoryHost } from '../../support/memory-host.ts'
import { init, processFiles } from '../../support/process-files.ts'

const config = (text: string) => `kind: KubeletConfiguration\n${text}\n`
const find = (files: Record<string, MemoryFile>) => findKubelet(memoryHost({ files }))

describe('a running kubelet', () => {
  test('is told by file, drop-ins and flags, the later ones over the earlier', async () => {
    const { settings, configPath } = await find({
      ...init,
      ...processFiles(
        7,
        'kubelet',
        '--config=/etc/k.yaml',
        '--config-dir',
        '/etc/k.d',
        '--cluster-domain=flag.example',
      ),
      '/etc/k.yaml': config('clusterDomain: file.example\nclusterDNS: [10.0.0.1]\nmaxPods: 110'),
      '/etc/k.d/10.conf': config('maxPods: 50'),
      '/etc/k.d/20.conf': config('maxPods: 60'),
      '/etc/k.d/README': 'maxPods: 70',
    })
    expect(configPath).toBe('/etc/k.yaml')
    expect(given(settings)).toMatchObject({ clusterDomain: 'flag.example', clusterDNS: ['10.0.0.1'], maxPods: 60 })
  })

  test('without a file has what its flags say, whatever lies in the usual place', async () => {
    const { settings, configPath } = await find({
      ...init,
      ...processFiles(7, 'kubelet', '--max-pods=30'),
      '/var/lib/kubelet/config.yaml': config('maxPods: 110'),
    })
    expect(configPath).toBeNull()
    expect(given(settings).maxPods).toBe(30)
  })

  test('with a file that cannot be read has settings that are not known', async () => {
    const files = { ...init, ...processFiles(7, 'kubelet', '--config=/etc/k.yaml') }
    expect(reasonOf((await find(files)).settings)).toBe('missing')
    expect(reasonOf((await find({ ...files, '/etc/k.yaml': unavailable('denied', 'no') })).settings)).toBe('denied')
    expect(reasonOf((await find({ ...files, '/etc/k.yaml': 'kind: Config\n' })).settings)).toBe('malformed')
  })

  test('with a broken drop-in has settings that are not known', async () => {
    const { settings } = await find({
      ...init,
      ...processFiles(7, 'kubelet', '--config-dir=/etc/k.d'),
      '/etc/k.d/10.conf': '{',
    })
    expect(reasonOf(settings)).toBe('malformed')
  })

  test('is not that of a cluster inside of a pod', async () => {
    const { args } = await find({
      ...init,
      ...processFiles(7, 'kubelet', '--inner'),
      '/proc/7/cgroup': '0::/kubepods.slice/kubepods-podx.slice/cri-containerd-y.scope/kubelet\n',
      ...processFiles(8, 'kubelet', '--outer'),
      '/proc/8/cgroup': '0::/system.slice/kubelet.service\n',
    })
    expect(given(args)).toEqual(['kubelet', '--outer'])
  })
})

describe('programs that hold a kubelet', () => {
  test('k3s passes flags on, and writes the rest into drop-ins', async () => {
    const { settings } = await find({
      ...init,
      ...processFiles(7, 'k3s-server', '--kubelet-arg=max-pods=200'),
      '/var/lib/rancher/k3s/agent/etc/kubelet.conf.d/00-k3s-defaults.conf': config('clusterDNS:\n- 10.43.0.10'),
    })
    expect(given(settings)).toMatchObject({ clusterDNS: ['10.43.0.10'], maxPods: 200 })
  })

  test('an older k3s keeps the settings to itself', async () => {
    expect(reasonOf((await find({ ...init, ...processFiles(7, 'k3s-agent') })).settings)).toBe('unsupported')
  })

  test('MicroK8s keeps the flags in a file', async () => {
    const { settings } = await find({
      ...init,
      ...processFiles(7, 'kubelite', '--kubelet-args-file=x'),
      '/var/snap/microk8s/current/args/kubelet': '--cluster-domain=cluster.local\n--cluster-dns=10.152.183.10\n',
    })
    expect(given(settings)).toMatchObject({ clusterDomain: 'cluster.local', clusterDNS: ['10.152.183.10'] })
  })
})

describe('a kubelet that does not run', () => {
  test('is missing, and its usual file still tells what it would do', async () => {
    const { args, settings, configPath } = await find({
      ...init,
      '/var/lib/kubelet/config.yaml': config('maxPods: 110'),
    })
    expect(reasonOf(args)).toBe('missing')
    expect(configPath).toBe('/var/lib/kubelet/config.yaml')
    expect(given(settings).maxPods).toBe(110)
  })

  test('a kubeconfig under the name of a configuration is none', async () => {
    const { settings } = await find({ ...init, '/etc/kubernetes/kubelet.conf': 'apiVersion: v1\nkind: Config\n' })
    expect(reasonOf(settings)).toBe('malformed')
  })

  test('may run all the same where only some processes were recorded', async () => {
    expect(reasonOf((await find(processFiles(7, 'containerd'))).args)).toBe('not-recorded')
    expect(reasonOf((await find({ '/etc/hostname': 'n' })).args)).toBe('failed')
  })
})
