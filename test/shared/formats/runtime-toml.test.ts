import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseContainerdConfig, parseCrioConfig } from '../../../shared/formats/runtime-toml.ts'
import { given, reasonOf } from '../../support/collect.ts'

test.each([
  ['version 1', '[plugins.cri.cni]\n  bin_dir = "/b"\n  conf_dir = "/c"\n'],
  ['version 2', 'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/b"\nconf_dir = "/c"\n'],
  ['version 3', "version = 3\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dirs = ['/b']\nconf_dir = '/c'\n"],
])('CNI paths of a containerd configuration, %s', (_, text) => {
  expect(given(parseContainerdConfig(text))).toEqual({ configDirectory: '/c', binaryDirectories: ['/b'], imports: [] })
})

test('several directories go before a single one, and imports are kept', () => {
  const text = `imports = ["conf.d/*.toml"]\n[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dir = '/old'\nbin_dirs = ['/a', '/b']\n`
  expect(given(parseContainerdConfig(text))).toEqual({
    configDirectory: null,
    binaryDirectories: ['/a', '/b'],
    imports: ['conf.d/*.toml'],
  })
})

test('a configuration that says nothing of CNI leaves it to the default', () => {
  const nothing = { configDirectory: null, binaryDirectories: [] }
  expect(given(parseContainerdConfig('version = 2\n'))).toEqual({ ...nothing, imports: [] })
  expect(given(parseContainerdConfig('plugins = 1\nimports = 7\n'))).toEqual({ ...nothing, imports: [] })
  expect(given(parseCrioConfig('[crio.network]\n# network_dir = "/x"\n'))).toEqual(nothing)
})

test('CRI-O names its plugin directories in the plural, and in the singular before', () => {
  const now =
    '[crio.network]\nnetwork_dir = "/etc/kubernetes/cni/net.d"\nplugin_dirs = ["/var/lib/cni/bin", "/usr/libexec/cni"]\n'
  expect(given(parseCrioConfig(now))).toEqual({
    configDirectory: '/etc/kubernetes/cni/net.d',
    binaryDirectories: ['/var/lib/cni/bin', '/usr/libexec/cni'],
  })
  expect(given(parseCrioConfig('[crio.network]\nplugin_dir = "/opt/cni/bin"\n')).binaryDirectories).toEqual([
    '/opt/cni/bin',
  ])
})

test('text that is no TOML is malformed, and none makes it throw', () => {
  expect(reasonOf(parseContainerdConfig('[plugins\n'))).toBe('malformed')
  const text = fc.string({ unit: fc.constantFrom(...'[]{}=."\'\n# aplugins1,crio') })
  fc.assert(
    fc.property(text, each => {
      for (const parse of [parseContainerdConfig, parseCrioConfig])
        expect(['ok', 'malformed']).toContain(reasonOf(parse(each)))
    }),
  )
})
