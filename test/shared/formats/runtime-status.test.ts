import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReply, statusReplySchema } from '../../../shared/formats/cri.ts'
import { readRuntimeCni } from '../../../shared/formats/runtime-status.ts'
import { given } from '../../support/collect.ts'

const read = (info: Record<string, string>) =>
  readRuntimeCni(given(parseReply(statusReplySchema, { status: {}, info })))

const network = (Name: string, ...types: string[]) => ({
  Config: { Name, Plugins: types.map(type => ({ Network: { type } })) },
})

test('containerd tells its directories and networks, of which the loopback is its own', () => {
  const cniconfig = {
    PluginDirs: ['/opt/cni/bin'],
    PluginConfDir: '/etc/cni/net.d',
    PluginMaxConfNum: 1,
    Networks: [network('cni-loopback', 'loopback'), network('cbr0', 'flannel', 'portmap')],
  }
  expect(read({ cniconfig: JSON.stringify(cniconfig), lastCNILoadStatus: 'OK' })).toEqual({
    configDirectory: '/etc/cni/net.d',
    binaryDirectories: ['/opt/cni/bin'],
    maxConfigs: 1,
    networks: [{ name: 'cbr0', types: ['flannel', 'portmap'] }],
    loadStatus: 'OK',
  })
})

test('where nothing is loaded yet, the runtime’s configuration still names the directories', () => {
  const config = { cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d', maxConfNum: 0 } }
  expect(
    read({ config: JSON.stringify(config), cniconfig: 'null', lastCNILoadStatus: 'no network config found' }),
  ).toEqual({
    configDirectory: '/etc/cni/net.d',
    binaryDirectories: ['/opt/cni/bin'],
    maxConfigs: 0,
    networks: [],
    loadStatus: 'no network config found',
  })
})

test('a runtime that does not speak of CNI has no word on it', () => {
  expect(read({})).toBeNull()
  expect(read({ config: '{"sandboxImage":"registry.k8s.io/pause:3.10"}' })).toBeNull()
})

test('info of any other shape is not understood, and nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      const cni = read({ cniconfig: text, config: text, lastCNILoadStatus: 'OK' })
      expect(cni).toMatchObject({ loadStatus: 'OK' })
    }),
  )
})
