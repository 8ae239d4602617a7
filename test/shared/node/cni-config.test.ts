import { describe, expect, test } from 'vitest'
import { cniConfig } from '../../../shared/node/cni-config.ts'
import { unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'

const list = (name: string) => JSON.stringify({ cniVersion: '1.0.0', name, plugins: [{ type: 'bridge' }] })

const read = async (files: Parameters<typeof collect>[1]['files'], more = {}) =>
  given(await collect(cniConfig, { files, ...more }))

describe('files', () => {
  test('are in the order of bytes, in which 10 comes before 5 and capitals before small letters', async () => {
    const folder = '/etc/cni/net.d'
    const names = ['5-b.conf', '10-a.conflist', 'a.json', 'Z.conflist', 'é.conf']
    const { files } = await read(Object.fromEntries(names.map(name => [`${folder}/${name}`, list('n')])))
    expect(given(files).map(({ name }) => name)).toEqual([
      '10-a.conflist',
      '5-b.conf',
      'Z.conflist',
      'a.json',
      'é.conf',
    ])
  })

  test('with other extensions, and folders of any name, are ignored', async () => {
    const value = await read({
      '/etc/cni/net.d/10-a.conflist': list('n'),
      '/etc/cni/net.d/10-a.conflist.bak': list('n'),
      '/etc/cni/net.d/10-A.CONF': list('n'),
      '/etc/cni/net.d/00.conf/inner': '',
      '/etc/cni/net.d/calico-kubeconfig': unavailable('denied', 'no'),
    })
    expect(given(value.files).map(({ name }) => name)).toEqual(['10-a.conflist'])
    expect(value.ignored).toEqual(['00.conf', '10-A.CONF', '10-a.conflist.bak', 'calico-kubeconfig'])
  })

  test('that cannot be read are there with their reason, beside those that can', async () => {
    const value = await read({
      '/etc/cni/net.d/10-a.conflist': unavailable('denied', 'permission denied'),
      '/etc/cni/net.d/20-b.conflist': 'x'.repeat(2 << 20),
      '/etc/cni/net.d/30-c.conflist': { link: 'gone' },
      '/etc/cni/net.d/40-d.conflist': list('d'),
    })
    expect(given(value.files).map(({ content }) => reasonOf(content))).toEqual(['denied', 'too-large', 'missing', 'ok'])
  })

  test('behind links have the size and mode of what is loaded', async () => {
    const value = await read({
      '/etc/cni/net.d/10-a.conflist': { link: '/srv/a' },
      '/srv/a': { content: list('linked'), mode: '0600', mtime: '2026-11-21T00:00:00.000Z' },
    })
    expect(given(value.files)[0]).toMatchObject({
      size: list('linked').length,
      mode: '0600',
      mtime: '2026-11-21T00:00:00.000Z',
      content: { value: { name: 'linked', problem: null } },
    })
  })

  test('a list goes on in the folder of its name', async () => {
    const value = await read({
      '/etc/cni/net.d/10-a.conflist': '{"name": "n", "cniVersion": "1.1.0"}',
      '/etc/cni/net.d/n/10.conf': '{"type": "bridge"}',
      '/etc/cni/net.d/n/20.conf': '{"type": "portmap"}',
      '/etc/cni/net.d/n/note': '',
    })
    const config = given(given(value.files)[0]?.content ?? unavailable('failed', 'no file'))
    expect(config.plugins.map(({ type }) => type)).toEqual(['bridge', 'portmap'])
    expect(config.problem).toBeNull()
  })

  test.each([true, 'true'])('a list that says so by %j goes on nowhere', async loadOnlyInlinedPlugins => {
    const whole = { name: 'n', loadOnlyInlinedPlugins, plugins: [{ type: 'ptp' }] }
    const value = await read({
      '/etc/cni/net.d/10-a.conflist': JSON.stringify(whole),
      '/etc/cni/net.d/n/10.conf': '{"type": "bridge"}',
    })
    const config = given(given(value.files)[0]?.content ?? unavailable('failed', 'no file'))
    expect(config.plugins.map(({ type }) => type)).toEqual(['ptp'])
  })

  test('a single plugin goes on nowhere', async () => {
    const value = await read({
      '/etc/cni/net.d/10-a.conf': '{"name": "n", "type": "ptp"}',
      '/etc/cni/net.d/n/10.conf': '{"type": "bridge"}',
    })
    const config = given(given(value.files)[0]?.content ?? unavailable('failed', 'no file'))
    expect(config.plugins.map(({ type }) => type)).toEqual(['ptp'])
  })

  test('a folder with a plugin without a type spoils its list', async () => {
    const value = await read({ '/etc/cni/net.d/10-a.conflist': list('n'), '/etc/cni/net.d/n/10.conf': '{}' })
    const config = given(given(value.files)[0]?.content ?? unavailable('failed', 'no file'))
    expect(config.problem?.message).toBe("error parsing configuration: missing 'type'")
  })
})

describe('the directory', () => {
  test('that does not exist is missing, and no error of the part', async () => {
    expect(reasonOf((await read({ '/etc/hostname': 'n' })).files)).toBe('missing')
  })

  test('that cannot be read leaves the part unread', async () => {
    expect(reasonOf(await collect(cniConfig, { files: { '/etc/cni/net.d': unavailable('denied', 'no') } }))).toBe(
      'denied',
    )
  })

  test('other directories of this kind are named with what a runtime would load from them, links not twice', async () => {
    const files = {
      '/etc/cni/net.d': { link: '/var/lib/rancher/k3s/agent/etc/cni/net.d' },
      '/var/lib/rancher/k3s/agent/etc/cni/net.d/10-flannel.conflist': list('cbr0'),
      '/etc/kubernetes/cni/net.d/00-multus.conf': list('m'),
      '/etc/kubernetes/cni/net.d/README': '',
    }
    const status = {
      status: {},
      info: { cniconfig: JSON.stringify({ PluginConfDir: '/etc/cni/net.d', PluginDirs: [] }) },
    }
    const value = await read(files, { cri: { status } })
    expect(value.elsewhere).toEqual([{ path: '/etc/kubernetes/cni/net.d', files: ['00-multus.conf'] }])
  })
})
