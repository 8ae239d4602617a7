import { expect, test } from 'vitest'
import { findCniDirectories } from '../../../shared/discovery/cni-directories.ts'
import { unavailable } from '../../../shared/reading.ts'
import { type MemoryHostFiles, memoryHost } from '../../support/memory-host.ts'
import { init, processFiles } from '../../support/process-files.ts'

const find = async (files: MemoryHostFiles) => {
  const { config, binaries } = await findCniDirectories(memoryHost(files))
  return {
    config: `${config.source} ${config.path}`,
    binaries: binaries.map(({ source, path }) => `${source} ${path}`),
  }
}

const toml = (conf: string, bin: string) => `version = 3
[plugins.'io.containerd.cri.v1.runtime'.cni]
conf_dir = '${conf}'
bin_dirs = ['${bin}']
`

test('without any word of anybody the defaults hold', async () => {
  expect(await find({ files: init })).toEqual({ config: 'default /etc/cni/net.d', binaries: ['default /opt/cni/bin'] })
})

test('the runtime itself goes before every file', async () => {
  const cniconfig = JSON.stringify({ PluginConfDir: '/run/net.d/', PluginDirs: ['/run/bin', '/opt/cni/bin'] })
  const found = await find({
    files: { '/etc/containerd/config.toml': toml('/wrong', '/wrong') },
    cri: { status: { status: {}, info: { cniconfig } }, version: { runtimeName: 'containerd' } },
  })
  expect(found).toEqual({ config: 'runtime /run/net.d', binaries: ['runtime /run/bin', 'runtime /opt/cni/bin'] })
})

test('when the runtime does not answer, its configuration tells', async () => {
  const found = await find({
    files: { '/etc/containerd/config.toml': toml('/srv/net.d', '/srv/bin') },
    cri: { status: unavailable('timeout', 'slow'), version: unavailable('timeout', 'slow') },
  })
  expect(found).toEqual({ config: 'containerd-config /srv/net.d', binaries: ['containerd-config /srv/bin'] })
})

test('the configuration that containerd was started with goes before the usual one, and Docker’s own does not count', async () => {
  const found = await find({
    files: {
      ...init,
      ...processFiles(7, 'containerd', '--config', '/var/run/docker/containerd/containerd.toml'),
      ...processFiles(8, 'containerd', '-c', '/srv/config.toml'),
      '/var/run/docker/containerd/containerd.toml': toml('/docker', '/docker'),
      '/srv/config.toml': toml('/srv/net.d', '/srv/bin'),
      '/etc/containerd/config.toml': toml('/wrong', '/wrong'),
    },
  })
  expect(found.config).toBe('containerd-config /srv/net.d')
})

test('imports change the keys that they name, stars are matched, and what is no TOML is passed over', async () => {
  const found = await find({
    files: {
      '/etc/containerd/config.toml': `imports = ['conf.d/*.toml', '/srv/x.toml', 'conf.d/none.toml']\n${toml('/a', '/b')}`,
      '/etc/containerd/conf.d/10-a.toml': toml('/from-a', '/b'),
      '/etc/containerd/conf.d/20-b.toml': '[broken',
      '/etc/containerd/conf.d/note.txt': toml('/wrong', '/wrong'),
      '/srv/x.toml': "[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dirs = ['/x']\n",
    },
  })
  expect(found).toEqual({ config: 'containerd-config /from-a', binaries: ['containerd-config /x'] })
})

test('of CRI-O later drop-ins win key by key, and containerd’s configuration does not count', async () => {
  const found = await find({
    files: {
      '/etc/containerd/config.toml': toml('/wrong', '/wrong'),
      '/etc/crio/crio.conf': '[crio.network]\nnetwork_dir = "/a/"\nplugin_dirs = ["/bin-a/"]\n',
      '/etc/crio/crio.conf.d/10-x.conf': '[crio.network]\nnetwork_dir = "/b/"\n',
    },
    cri: { version: { runtimeName: 'cri-o' }, status: { status: {} } },
  })
  expect(found).toEqual({ config: 'crio-config /b', binaries: ['crio-config /bin-a'] })
})

test.each(['cri-dockerd', 'kubelet'])('with Docker the flags of %s tell', async name => {
  const files = {
    ...init,
    ...processFiles(9, name, '--cni-conf-dir=/srv/net.d', '--cni-bin-dir', '/srv/bin,/opt/cni/bin'),
    '/etc/containerd/config.toml': toml('/wrong', '/wrong'),
  }
  const version = { runtimeName: 'docker' }
  expect(await find({ files, cri: { version } })).toEqual({
    config: 'docker-flags /srv/net.d',
    binaries: ['docker-flags /srv/bin', 'docker-flags /opt/cni/bin'],
  })
})

test('a cri-dockerd without flags uses the defaults', async () => {
  const files = { ...init, ...processFiles(9, 'cri-dockerd') }
  expect((await find({ files, cri: { version: { runtimeName: 'docker' } } })).config).toBe('default /etc/cni/net.d')
})

test('a distribution tells by what exists on the host, each directory by itself', async () => {
  const k3s = await find({ files: { '/var/lib/rancher/k3s/agent/x': '' } })
  expect(k3s.config).toBe('distribution /var/lib/rancher/k3s/agent/etc/cni/net.d')
  expect(k3s.binaries).toEqual([
    'distribution /var/lib/rancher/k3s/data/cni',
    'distribution /var/lib/rancher/k3s/data/current/bin',
  ])
  const google = await find({ files: { '/home/kubernetes/bin/bridge': '' } })
  expect(google).toEqual({ config: 'default /etc/cni/net.d', binaries: ['distribution /home/kubernetes/bin'] })
})

test('leftovers of a distribution do not count where the kubelet uses another runtime', async () => {
  const found = await find({
    files: {
      '/var/lib/rancher/k3s/agent/x': '',
      '/var/lib/kubelet/kubeadm-flags.env':
        'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock"',
      '/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\n',
    },
  })
  expect(found.config).toBe('default /etc/cni/net.d')
})
